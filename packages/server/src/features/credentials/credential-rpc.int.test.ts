import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import {
  CreateCredentialRequestSchema,
  CredentialProvider,
  CredentialService,
  createDavitClient,
  ErrorDetailSchema,
} from '@davit/api/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { createIdleApp, type IdleApp } from '../../../test/support/idle-app.ts';
import type { SignedInAnswer } from '../../../test/support/test-accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;
let app: IdleApp;
let owner: SignedInAnswer;
let stranger: SignedInAnswer;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createIdleApp(database);
  owner = await app.register('owner@example.org');
  stranger = await app.register('stranger@example.org');
  url = await app.listen();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface View {
  id: string;
  fields: Record<string, string>;
  secretFields: string[];
}

const call = (method: string, path: string) => app.call(method, path, undefined, owner.accessToken);
const must = (method: string, path: string) => app.must<View>(method, path, undefined, owner.accessToken);

const transports = {
  Connect: () => createConnectTransport({ baseUrl: url, httpVersion: '1.1', useBinaryFormat: false }),
  'Connect over HTTP/2': () => createConnectTransport({ baseUrl: url, httpVersion: '2' }),
  gRPC: () => createGrpcTransport({ baseUrl: url }),
  'gRPC-Web': () => createGrpcWebTransport({ baseUrl: url, httpVersion: '1.1' }),
};
const clientBy = (way: keyof typeof transports) => createClient(CredentialService, transports[way]());
const headersOf = ({ accessToken }: SignedInAnswer) => ({ headers: { authorization: `Bearer ${accessToken}` } });

async function failureOf(work: Promise<unknown>) {
  const error = ConnectError.from(
    await work.then(
      () => new Error('it worked'),
      (thrown: unknown) => thrown,
    ),
  );
  return { error, detail: error.findDetails(ErrorDetailSchema)[0] };
}

describe.each(Object.keys(transports) as (keyof typeof transports)[])('by %s', (way) => {
  const slug = way.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const awsSpec = credentialSamples.aws as { accountId: string; accessKeyId: string; secretAccessKey: string };
  const requestOf = (name: string, wrong: object = {}) =>
    create(CreateCredentialRequestSchema, {
      name,
      provider: CredentialProvider.AWS,
      credentialData: { case: 'aws', value: { ...awsSpec, ...wrong } },
      labels: { team: 'payments' },
    });

  test('what is created there is what REST shows', async () => {
    const { credential } = await clientBy(way).createCredential(requestOf(`rpc-${slug}`), headersOf(owner));
    const shown = await must('GET', `/v1/credentials/rpc-${slug}`);
    expect(shown).toMatchObject({ id: credential?.id, fields: credential?.fields, labels: { team: 'payments' } });
    const again = await clientBy(way).getCredential({ id: shown.id }, headersOf(owner));
    expect(again.credential?.secretFields).toEqual(shown.secretFields);
    await clientBy(way).deleteCredential({ id: shown.id }, headersOf(owner));
    expect((await call('GET', `/v1/credentials/${shown.id}`)).status).toBe(404);
  });

  test('errors have the code and the hint of REST', async () => {
    const { error, detail } = await failureOf(clientBy(way).getCredential({ id: 'nobody' }, headersOf(owner)));
    expect(error.code).toBe(Code.NotFound);
    expect(detail).toMatchObject({
      code: 'CREDENTIAL_NOT_FOUND',
      hint: expect.stringContaining('davit credential list'),
    });
  });

  test('who is not signed in is told so', async () => {
    const { error, detail } = await failureOf(clientBy(way).listCredentials({}));
    expect([error.code, detail?.code]).toEqual([Code.Unauthenticated, 'UNAUTHENTICATED']);
  });

  test('a wrong field is named, its value is not', async () => {
    const request = requestOf('wrong', { secretAccessKey: 'hunter2' });
    const { error, detail } = await failureOf(clientBy(way).createCredential(request, headersOf(owner)));
    expect(detail?.fields).toMatchObject([{ pointer: '/aws/secretAccessKey' }]);
    expect(JSON.stringify([error, detail?.fields])).not.toContain('hunter2');
  });

  test('a repetition with the same Idempotency-Key creates nothing more', async () => {
    const key = `key-of-${slug}`;
    const options = { headers: { ...headersOf(owner).headers, 'idempotency-key': key } };
    const first = await clientBy(way).createCredential(requestOf(`once-${slug}`), options);
    const second = await clientBy('Connect').createCredential(requestOf(`once-${slug}`), options);
    expect(second.credential?.id).toBe(first.credential?.id);
    const { detail } = await failureOf(clientBy(way).createCredential(requestOf(`other-${slug}`), options));
    expect(detail?.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

test('fields that the message does not have are refused, and what was sent for one is not repeated', async () => {
  const post = async (body: string) => {
    const response = await fetch(`${url}/davit.v1.CredentialService/CreateCredential`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(owner).headers },
      body,
    });
    return { status: response.status, text: await response.text() };
  };
  expect(await post('{"name":"x","tea":"hunter2"}')).toMatchObject({
    status: 400,
    text: expect.stringContaining('unknown field'),
  });
  const wrongType = await post('{"name":"x","aws":{"secretAccessKey":{"a":"hunter2"}}}');
  expect(wrongType.status).toBe(400);
  expect(wrongType.text).toContain('secret_access_key');
  expect(wrongType.text).not.toContain('hunter2');
  expect((await post('{hunter2')).text).not.toContain('hunter2');
});

test('the client for programs sees it, another organization’s is told that there is none, and who may only look is refused', async () => {
  const { credential } = await clientBy('gRPC').createCredential(
    create(CreateCredentialRequestSchema, {
      name: 'by-client',
      provider: CredentialProvider.CIVO,
      credentialData: { case: 'civo', value: { token: 'a-token-of-this-test' } },
    }),
    headersOf(owner),
  );
  const id = credential?.id ?? '';
  const { credentials } = createDavitClient({ baseUrl: url, token: owner.accessToken });
  const list = await credentials.listCredentials({ provider: CredentialProvider.CIVO });
  expect(list.credentials.map((one) => one.name)).toEqual(['by-client']);
  const look = clientBy('gRPC').getCredential({ id }, headersOf(stranger));
  expect((await failureOf(look)).error.code).toBe(Code.NotFound);
  const remove = clientBy('Connect').deleteCredential({ id, force: true }, headersOf(stranger));
  expect((await failureOf(remove)).error.code).toBe(Code.NotFound);
  const named = { name: 'looks', scope: 'read' };
  const { token } = await app.must<{ token: string }>('POST', '/v1/api-tokens', named, owner.accessToken);
  const looks = createDavitClient({ baseUrl: url, token }).credentials;
  expect((await failureOf(looks.deleteCredential({ id }))).detail?.code).toBe('PERMISSION_DENIED');
  expect((await looks.getCredential({ id })).credential?.name).toBe('by-client');
});
