import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import { type Actor, markRecorded } from '../organizations/index.ts';
import { createCredentialBody, credentialSchema, updateCredentialBody, validationSchema } from './credential.ts';
import { credentialPolicies } from './credential-policy.ts';
import type { CredentialService } from './credential-service.ts';
import { providerName } from './providers.ts';
import { type RegistryAccess, registryTestBody, registryVerdictSchema } from './registry-access.ts';

const params = z.strictObject({ id: z.string().max(64).meta({ description: 'Id or name.' }) });
const tag = 'infrastructure';
/** A kubeconfig may be large. */
const bodyLimit = 256 * 1024;

/** The service records what it does itself, in the transaction of the deed. */
function actorOf(principal: Principal, request: FastifyRequest): Actor {
  markRecorded(request);
  return { principal, address: request.ip };
}

/** Ends the call to a provider when nobody waits for its answer any more. */
function signalOf(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  request.raw.once('aborted', () => gone.abort());
  return gone.signal;
}

/** `/v1/credentials`: no answer holds a secret. */
export function registerCredentialRoutes(
  app: FastifyInstance,
  { credentials, registries }: { credentials: CredentialService; registries: RegistryAccess },
): void {
  route(app, {
    method: 'GET',
    path: '/v1/credentials',
    tag,
    operationId: 'listCredentials',
    summary: 'List the credentials, by name, without their secrets',
    policy: credentialPolicies.look,
    query: pageQuery.extend({ provider: providerName.optional() }),
    response: page(credentialSchema),
    async handle({ query: { limit, cursor, provider }, principal }) {
      const rows = await credentials.list(principal.organizationId, { limit, after: decodeCursor(cursor), provider });
      return toPage(rows, limit, ({ name }) => name);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/credentials',
    tag,
    operationId: 'createCredential',
    summary: 'Store a credential; its secrets are shown to nobody again',
    policy: credentialPolicies.change,
    body: createCredentialBody,
    bodyLimit,
    response: credentialSchema,
    status: 201,
    handle: ({ body, principal, request }) => credentials.create(actorOf(principal, request), body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/credentials/:id',
    tag,
    operationId: 'getCredential',
    summary: 'Show a credential without its secrets',
    policy: credentialPolicies.look,
    params,
    response: credentialSchema,
    handle: ({ params: { id }, principal }) => credentials.get(principal.organizationId, id),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/credentials/:id',
    tag,
    operationId: 'updateCredential',
    summary:
      'Change a credential; other fields of the provider are a rotation, which can be undone until a run has succeeded',
    policy: credentialPolicies.change,
    params,
    body: updateCredentialBody,
    bodyLimit,
    response: credentialSchema,
    handle: ({ params: { id }, body, principal, request }) => credentials.update(actorOf(principal, request), id, body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/credentials/:id',
    tag,
    operationId: 'deleteCredential',
    summary: 'Delete a credential; refused while cloud resources use it, unless forced',
    policy: credentialPolicies.change,
    params,
    query: z.strictObject({ force: z.enum(['true', 'false']).default('false') }),
    response: z.undefined(),
    status: 204,
    handle: ({ params: { id }, query, principal, request }) =>
      credentials.delete(actorOf(principal, request), id, { force: query.force === 'true' }) as Promise<undefined>,
  });

  route(app, {
    method: 'POST',
    path: '/v1/credentials/:id/validate',
    tag,
    operationId: 'validateCredential',
    summary: 'Sign in to the provider with a credential, once',
    unavailable: ['OUTBOUND_UNREACHABLE', 'OUTBOUND_ANSWER_UNUSABLE'],
    policy: credentialPolicies.use,
    params,
    response: validationSchema,
    handle: ({ params: { id }, principal, request }) =>
      credentials.validate(actorOf(principal, request), id, signalOf(request)),
  });

  route(app, {
    method: 'POST',
    path: '/v1/credentials/:id/restore',
    tag,
    operationId: 'restoreCredential',
    summary: 'Bring back what a credential was before its fields were replaced',
    policy: credentialPolicies.change,
    params,
    response: credentialSchema,
    handle: ({ params: { id }, principal, request }) => credentials.restore(actorOf(principal, request), id),
  });

  route(app, {
    method: 'POST',
    path: '/v1/credentials/:id/test-registry',
    tag,
    operationId: 'testRegistryCredential',
    summary: 'Try whether the credential of a registry may pull from a repository or push to it, and say why not',
    policy: credentialPolicies.use,
    params,
    body: registryTestBody,
    response: registryVerdictSchema,
    handle: ({ params: { id }, body, principal, request }) =>
      registries.test(actorOf(principal, request), id, body, signalOf(request)),
  });
}
