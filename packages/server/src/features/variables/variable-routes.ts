import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import { type AuditLog, markRecorded } from '../organizations/index.ts';
import {
  changeVariableBody,
  completionListSchema,
  replaceVariablesBody,
  revealedVariableSchema,
  revealedVariablesSchema,
  revealVariablesBody,
  savedVariableListSchema,
  savedVariableSchema,
  setVariableBody,
  type VariableOwner,
  variableListSchema,
} from './variable.ts';
import { variableErrors } from './variable-errors.ts';
import type { VariableService } from './variable-service.ts';

const ownerParams = z.strictObject({ id: z.string() });
const variableParams = z.strictObject({ id: z.string(), key: z.string() });
// A set of 1,000 variables of 64 KiB would not fit in the default; this many bytes is beyond any real one.
const replaceLimitBytes = 8 * 1024 * 1024;

export interface VariableRouteDependencies {
  variables: VariableService;
  audit: AuditLog;
}

/** The two places where variables are: the same routes, told apart by the words of their operations. */
export interface OwnerRoutes {
  kind: VariableOwner['kind'];
  /** `/v1/services/:id/env` */
  path: string;
  /** What stands before "Variable" in the ids of operations. */
  word: '' | 'Shared';
  /** Whose they are, for summaries. */
  whose: string;
}

export const ownerRoutes: readonly OwnerRoutes[] = [
  { kind: 'service', path: '/v1/services/:id/env', word: '', whose: 'of a service' },
  { kind: 'environment', path: '/v1/environments/:id/env', word: 'Shared', whose: 'that an environment shares' },
];

/** Variables of services and of environments. No answer but the reveals carries a value. */
export function registerVariableRoutes(app: FastifyInstance, dependencies: VariableRouteDependencies): void {
  for (const place of ownerRoutes) {
    registerReads(app, place, dependencies);
    registerWrites(app, place, dependencies);
    registerReveals(app, place, dependencies);
  }
}

function registerReads(
  app: FastifyInstance,
  { kind, path, word, whose }: OwnerRoutes,
  { variables }: VariableRouteDependencies,
) {
  route(app, {
    method: 'GET',
    path,
    tag: 'variables',
    operationId: `list${word}Variables`,
    summary: `List the variables ${whose}, without their values`,
    policy: { role: 'viewer' },
    params: ownerParams,
    response: variableListSchema,
    handle: ({ params: { id }, principal }) => variables.list(principal.organizationId, { kind, id }),
  });

  route(app, {
    method: 'GET',
    path: `${path}/references`,
    tag: 'variables',
    operationId: `list${word}VariableReferences`,
    summary: `List what values ${whose} may refer to, for completion`,
    policy: { role: 'viewer' },
    params: ownerParams,
    response: completionListSchema,
    handle: ({ params: { id }, principal }) => variables.completions(principal.organizationId, { kind, id }),
  });
}

function registerWrites(
  app: FastifyInstance,
  { kind, path, word, whose }: OwnerRoutes,
  { variables }: VariableRouteDependencies,
) {
  route(app, {
    method: 'POST',
    path,
    tag: 'variables',
    operationId: `set${word}Variable`,
    summary: `Set a variable ${whose}; it takes effect with the next deployment`,
    policy: { role: 'developer' },
    params: ownerParams,
    body: setVariableBody,
    response: savedVariableSchema,
    status: 201,
    handle: ({ params: { id }, body, principal }) => variables.set(principal, { kind, id }, body.name, body.value),
  });

  route(app, {
    method: 'PUT',
    path,
    tag: 'variables',
    operationId: `replace${word}Variables`,
    summary: `Replace all variables ${whose}, from an object or a dotenv text`,
    policy: { role: 'developer' },
    params: ownerParams,
    body: replaceVariablesBody,
    bodyLimit: replaceLimitBytes,
    response: savedVariableListSchema,
    handle: ({ params: { id }, body, principal }) => variables.replace(principal, { kind, id }, body),
  });

  route(app, {
    method: 'PATCH',
    path: `${path}/:key`,
    tag: 'variables',
    operationId: `update${word}Variable`,
    summary: `Change a variable ${whose} that is there`,
    policy: { role: 'developer' },
    params: variableParams,
    body: changeVariableBody,
    response: savedVariableSchema,
    handle: ({ params: { id, key }, body, principal }) => variables.update(principal, { kind, id }, key, body.value),
  });

  route(app, {
    method: 'DELETE',
    path: `${path}/:key`,
    tag: 'variables',
    operationId: `delete${word}Variable`,
    summary: `Remove a variable ${whose}`,
    policy: { role: 'developer' },
    params: variableParams,
    response: z.undefined(),
    status: 204,
    async handle({ params: { id, key }, principal }) {
      await variables.delete(principal, { kind, id }, key);
    },
  });
}

function registerReveals(
  app: FastifyInstance,
  { kind, path, word, whose }: OwnerRoutes,
  { variables, audit }: VariableRouteDependencies,
) {
  /** Before the answer: no value is shown that the log does not know of. */
  async function record(request: FastifyRequest, principal: Principal, id: string, details: object): Promise<void> {
    await audit.record({
      principal,
      action: kind === 'environment' ? 'shared_variable.reveal' : 'variable.reveal',
      subject: id,
      result: 'done',
      details: { ...details },
      address: request.ip,
    });
    markRecorded(request);
  }

  route(app, {
    method: 'POST',
    path: `${path}/:key/reveal`,
    tag: 'variables',
    operationId: `reveal${word}Variable`,
    summary: `Show the value of one variable ${whose}; recorded in the audit log`,
    policy: { role: 'developer' },
    params: variableParams,
    response: revealedVariableSchema,
    async handle({ params: { id, key }, principal, request }) {
      const value = await variables.reveal(principal.organizationId, { kind, id }, key);
      await record(request, principal, id, { name: key });
      return { name: key, value };
    },
  });

  route(app, {
    method: 'POST',
    path: `${path}/reveal`,
    tag: 'variables',
    operationId: `reveal${word}Variables`,
    summary: `Show the values of all variables ${whose}; recorded in the audit log`,
    policy: { role: 'developer' },
    params: ownerParams,
    body: revealVariablesBody,
    response: revealedVariablesSchema,
    async handle({ params: { id }, body: { resolved }, principal, request }) {
      if (resolved && kind === 'environment') throw variableErrors.VARIABLE_RESOLVED_UNSUPPORTED();
      const { organizationId } = principal;
      const values = resolved
        ? (await variables.resolve(organizationId, id)).values
        : await variables.openAll(organizationId, { kind, id });
      await record(request, principal, id, { names: Object.keys(values), resolved });
      return { values };
    },
  });
}
