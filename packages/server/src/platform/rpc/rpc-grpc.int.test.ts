import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { CreateCredentialRequestSchema, CredentialProvider, CredentialService, ServerReflection } from '@davit/api/rpc';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { createIdleApp, type IdleApp } from '../../../test/support/idle-app.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;
let app: IdleApp;
let token: string;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createIdleApp(database);
  token = (await app.register('owner@example.org')).accessToken;
  url = await app.listen();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const { createCredential } = CredentialService.method;

/** One call by gRPC's own client, with bytes that were made from the published messages. */
async function createByGrpc(bytes: Uint8Array, headers: Record<string, string> = {}) {
  const client = new Client(url.replace('http://', ''), credentials.createInsecure());
  onTestFinished(() => client.close());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  client.makeUnaryRequest(
    `/${createCredential.parent.typeName}/${createCredential.name}`,
    (value: Uint8Array) => Buffer.from(value),
    (value: Buffer) => value,
    bytes,
    metadata,
    (error, value) => (error ? reject(error) : resolve(value ?? Buffer.alloc(0))),
  );
  return fromBinary(createCredential.output, await promise);
}

const failureOf = (work: Promise<unknown>): Promise<ServiceError> =>
  work.then(
    () => Promise.reject(new Error('it worked')),
    (error: unknown) => error as ServiceError,
  );
const aws = credentialSamples.aws as { accountId: string; accessKeyId: string; secretAccessKey: string };
const requestOf = (name: string) =>
  toBinary(
    CreateCredentialRequestSchema,
    create(CreateCredentialRequestSchema, {
      name,
      provider: CredentialProvider.AWS,
      credentialData: { case: 'aws', value: aws },
    }),
  );
const signedIn = () => ({ authorization: `Bearer ${token}` });

describe('gRPC’s own client', () => {
  test('sees the credential that REST sees', async () => {
    const { credential } = await createByGrpc(requestOf('by-grpc'), signedIn());
    const shown = await app.must<{ id: string; name: string }>('GET', '/v1/credentials/by-grpc', undefined, token);
    expect([credential?.id, credential?.name]).toEqual([shown.id, shown.name]);
  });

  test('is told who it must be', async () => {
    expect((await failureOf(createByGrpc(requestOf('nobody')))).code).toBe(status.UNAUTHENTICATED);
  });

  test('is refused a field that the message does not have', async () => {
    // Field 99, a text: what a newer client might send.
    const unknown = Buffer.concat([requestOf('newer'), Buffer.from([0x9a, 0x06, 0x01, 0x61])]);
    const error = await failureOf(createByGrpc(unknown, signedIn()));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect((await app.call('GET', '/v1/credentials/newer', undefined, token)).status).toBe(404);
  });

  test('is refused a message that is too large', async () => {
    const large = toBinary(
      CreateCredentialRequestSchema,
      create(CreateCredentialRequestSchema, { name: 'x'.repeat(2 * 1024 * 1024) }),
    );
    expect((await failureOf(createByGrpc(large, signedIn()))).code).toBe(status.RESOURCE_EXHAUSTED);
  });
});

describe('server reflection', () => {
  async function ask(...requests: { case: string; value: string }[]) {
    const client = createClient(ServerReflection, createGrpcTransport({ baseUrl: url }));
    async function* all() {
      for (const messageRequest of requests) yield { host: '', messageRequest: messageRequest as never };
    }
    return (await Array.fromAsync(client.serverReflectionInfo(all()))).map(({ messageResponse }) => messageResponse);
  }

  test('names the services', async () => {
    const [answer] = await ask({ case: 'listServices', value: '' });
    const names = answer?.case === 'listServicesResponse' ? answer.value.service.map(({ name }) => name) : [];
    expect(names).toEqual(
      expect.arrayContaining(['davit.v1.CredentialService', 'grpc.reflection.v1.ServerReflection']),
    );
  });

  test('gives the file of a service with all that it needs, the file itself first', async () => {
    const [answer] = await ask({ case: 'fileContainingSymbol', value: 'davit.v1.CredentialService.GetCredential' });
    const files: FileDescriptorProto[] =
      answer?.case === 'fileDescriptorResponse'
        ? answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes))
        : [];
    expect(files[0]?.service.map(({ name }) => name)).toEqual(['CredentialService']);
    const known = new Set(files.map(({ name }) => name));
    for (const { dependency } of files) for (const one of dependency) expect(known).toContain(one);
  });

  test('says what it does not know, and goes on', async () => {
    const answers = await ask(
      { case: 'fileContainingSymbol', value: 'no.Such' },
      { case: 'fileByFilename', value: 'davit/v1/credential.proto' },
    );
    expect(answers.map((answer) => answer.case)).toEqual(['errorResponse', 'fileDescriptorResponse']);
  });
});
