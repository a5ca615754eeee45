import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type CreateCredentialRequest,
  CredentialProvider,
  CredentialService as CredentialServiceDescription,
  type UpdateCredentialRequest,
} from '@davit/api/rpc';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, kernelErrors } from '../../kernel/app-error.ts';
import { decodeCursor, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { toInvalidInput } from '../../platform/http/validation.ts';
import { registerRpcService } from '../../platform/rpc/rpc-service.ts';
import { type Actor, markRecorded } from '../organizations/index.ts';
import { type Credential, createCredentialBody, updateCredentialBody } from './credential.ts';
import { credentialPolicies } from './credential-policy.ts';
import type { CredentialService } from './credential-service.ts';
import { getProvider, isProvider } from './providers.ts';

const defaultLimit = 50;
const maxLimit = 200;

type CredentialData = CreateCredentialRequest['credentialData'] | UpdateCredentialRequest['credentialData'];

/** `mongodbAtlas` → `mongodb_atlas`: the oneof has a case for each provider, of its name. */
const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const nameOf = (provider: CredentialProvider): string => (CredentialProvider[provider] ?? '').toLowerCase();

function numberOf(name: string): CredentialProvider {
  return CredentialProvider[name.toUpperCase() as keyof typeof CredentialProvider];
}

const wrong = (pointer: string, detail: string) => kernelErrors.INVALID_INPUT({ fields: [{ pointer, detail }] });

/** The fields of the provider's message, as REST has them under `data`. */
function dataOf({ case: name, value }: CredentialData): Record<string, string> | undefined {
  if (name === undefined) return undefined;
  const fields = Object.keys(getProvider(snakeCase(name)).schema.shape);
  const entries = fields.map((field) => [field, (value as unknown as Record<string, unknown>)[field]]);
  return Object.fromEntries(entries.filter(([, text]) => text !== undefined)) as Record<string, string>;
}

/** Checks with the schema of REST; what is wrong is told by the names of the message. */
function check<T>(schema: z.ZodType<T>, body: unknown, { case: name }: CredentialData): T {
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;
  throw inMessage(toInvalidInput(result.error), name);
}

function inMessage(error: AppError, name: string | undefined): AppError {
  const fields = error.fields.map(({ pointer, detail }) => ({
    pointer: pointer.replace(/^\/data(?=\/|$)/, `/${name ?? 'credentialData'}`),
    detail,
  }));
  return kernelErrors.INVALID_INPUT({ fields });
}

function checkProvider(provider: CredentialProvider, { case: name }: CredentialData): string {
  const wanted = nameOf(provider);
  if (!isProvider(wanted)) throw wrong('/provider', 'names no provider');
  if (name === undefined) throw wrong('/credentialData', `expected the fields of ${wanted}`);
  if (snakeCase(name) !== wanted)
    throw wrong('/provider', `is ${wanted}, but the fields are those of ${snakeCase(name)}`);
  return wanted;
}

function createBodyOf(message: CreateCredentialRequest) {
  const { name, labels, environmentId, expiresAt, endpoint, credentialData } = message;
  const provider = checkProvider(message.provider, credentialData);
  const times = expiresAt && { expiresAt: timestampDate(expiresAt).toISOString() };
  const body = { name, provider, labels, environmentId, endpoint, data: dataOf(credentialData), ...times };
  return check(createCredentialBody, body, credentialData);
}

function updateBodyOf(message: UpdateCredentialRequest) {
  const { name, labels, environmentId, expiresAt, endpoint, clearExpiresAt, credentialData } = message;
  if (clearExpiresAt && expiresAt !== undefined) throw wrong('/clearExpiresAt', 'goes without expiresAt');
  const given = {
    name,
    data: dataOf(credentialData),
    labels: labels?.labels,
    environmentId: environmentId === '' ? null : environmentId,
    endpoint: endpoint === '' ? null : endpoint,
    expiresAt: clearExpiresAt ? null : expiresAt && timestampDate(expiresAt).toISOString(),
  };
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return check(updateCredentialBody, body, credentialData);
}

function present({ provider, fields, usedBy, expiresAt, lastUsedAt, createdAt, updatedAt, ...rest }: Credential) {
  const { environmentId, endpoint, ...plain } = rest;
  return {
    ...plain,
    provider: numberOf(provider),
    fields,
    usedBy: usedBy.map(({ at, ...use }) => ({ ...use, at: timestampFromDate(at) })),
    ...(environmentId !== null && { environmentId }),
    ...(endpoint !== null && { endpoint }),
    ...(expiresAt !== null && { expiresAt: timestampFromDate(expiresAt) }),
    ...(lastUsedAt !== null && { lastUsedAt: timestampFromDate(lastUsedAt) }),
    createdAt: timestampFromDate(createdAt),
    updatedAt: timestampFromDate(updatedAt),
  };
}

/** The service records what it does itself, in the transaction of the deed. */
function actorOf({ principal, request }: { principal: Principal; request: FastifyRequest }): Actor {
  markRecorded(request);
  return { principal, address: request.ip };
}

/** `davit.v1.CredentialService`: the same service as behind REST, in the words of its messages. */
export function registerCredentialRpc(app: FastifyInstance, { credentials }: { credentials: CredentialService }): void {
  const { look, use, change } = credentialPolicies;
  const one = async (work: Promise<Credential>) => ({ credential: present(await work) });

  registerRpcService(app, CredentialServiceDescription, {
    createCredential: {
      policy: change,
      handle: (call) => one(credentials.create(actorOf(call), createBodyOf(call.message))),
    },
    listCredentials: {
      policy: look,
      async handle({ message, principal }) {
        const limit = message.limit === 0 ? defaultLimit : message.limit;
        if (limit < 1 || limit > maxLimit) throw wrong('/limit', `expected 1 to ${maxLimit}`);
        const provider =
          message.provider === CredentialProvider.CREDENTIAL_PROVIDER_UNSPECIFIED
            ? undefined
            : nameOf(message.provider);
        if (provider !== undefined && !isProvider(provider)) throw wrong('/provider', 'names no provider');
        const after = decodeCursor(message.cursor === '' ? undefined : message.cursor);
        const rows = await credentials.list(principal.organizationId, { limit, after, provider });
        const { items, nextCursor } = toPage(rows, limit, ({ name }) => name);
        return { credentials: items.map(present), nextCursor: nextCursor ?? '' };
      },
    },
    getCredential: {
      policy: look,
      handle: ({ message, principal }) => one(credentials.get(principal.organizationId, message.id)),
    },
    updateCredential: {
      policy: change,
      async handle(call) {
        const { credentialData, id } = call.message;
        const body = updateBodyOf(call.message);
        const { provider } = await credentials.get(call.principal.organizationId, id);
        const { case: name } = credentialData;
        if (name !== undefined) checkProvider(numberOf(provider), credentialData);
        return await one(
          credentials.update(actorOf(call), id, body).catch((error: unknown) => {
            throw error instanceof AppError && error.code === 'INVALID_INPUT' ? inMessage(error, name) : error;
          }),
        );
      },
    },
    restoreCredential: {
      policy: change,
      handle: (call) => one(credentials.restore(actorOf(call), call.message.id)),
    },
    deleteCredential: {
      policy: change,
      async handle(call) {
        await credentials.delete(actorOf(call), call.message.id, { force: call.message.force });
        return {};
      },
    },
    validateCredential: {
      policy: use,
      async handle(call) {
        const { checkedAt, identity, ...rest } = await credentials.validate(
          actorOf(call),
          call.message.id,
          call.signal,
        );
        return { ...rest, identity: identity ?? '', checkedAt: timestampFromDate(checkedAt) };
      },
    },
  });
}
