import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import type { AuditLog } from '../organizations/index.ts';
import {
  changeVariableBody,
  replaceVariablesBody,
  revealedVariableSchema,
  setVariableBody,
  variableListSchema,
  variableSchema,
} from './variable.ts';
import type { VariableService } from './variable-service.ts';

const serviceParams = z.strictObject({ id: z.string() });
const variableParams = z.strictObject({ id: z.string(), key: z.string() });
// A set of 1,000 variables of 64 KiB would not fit in the default; this many bytes is beyond any real one.
const replaceLimitBytes = 8 * 1024 * 1024;

export interface VariableRouteDependencies {
  variables: VariableService;
  audit: AuditLog;
}

/** `/v1/services/{id}/env`. No answer but the reveal carries a value. */
export function registerVariableRoutes(app: FastifyInstance, { variables, audit }: VariableRouteDependencies): void {
  route(app, {
    method: 'GET',
    path: '/v1/services/:id/env',
    tag: 'variables',
    operationId: 'listVariables',
    summary: 'List the names of a service’s variables',
    policy: { role: 'viewer' },
    params: serviceParams,
    response: variableListSchema,
    handle: ({ params: { id }, principal }) => variables.list(principal.organizationId, id),
  });

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/env',
    tag: 'variables',
    operationId: 'setVariable',
    summary: 'Set a variable; it reaches the service with its next deployment',
    policy: { role: 'developer' },
    params: serviceParams,
    body: setVariableBody,
    response: variableSchema,
    status: 201,
    handle: ({ params: { id }, body, principal }) => variables.set(principal.organizationId, id, body.name, body.value),
  });

  route(app, {
    method: 'PUT',
    path: '/v1/services/:id/env',
    tag: 'variables',
    operationId: 'replaceVariables',
    summary: 'Replace the whole set, from an object or a dotenv text',
    policy: { role: 'developer' },
    params: serviceParams,
    body: replaceVariablesBody,
    bodyLimit: replaceLimitBytes,
    response: variableListSchema,
    async handle({ params: { id }, body, principal }) {
      await variables.replace(principal.organizationId, id, body);
      return await variables.list(principal.organizationId, id);
    },
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/services/:id/env/:key',
    tag: 'variables',
    operationId: 'updateVariable',
    summary: 'Change a variable that is there',
    policy: { role: 'developer' },
    params: variableParams,
    body: changeVariableBody,
    response: variableSchema,
    handle: ({ params: { id, key }, body, principal }) =>
      variables.update(principal.organizationId, id, key, body.value),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/services/:id/env/:key',
    tag: 'variables',
    operationId: 'deleteVariable',
    summary: 'Remove a variable',
    policy: { role: 'developer' },
    params: variableParams,
    response: z.undefined(),
    status: 204,
    async handle({ params: { id, key }, principal }) {
      await variables.delete(principal.organizationId, id, key);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/env/:key/reveal',
    tag: 'variables',
    operationId: 'revealVariable',
    summary: 'Show one value; recorded in the audit log',
    policy: { role: 'developer' },
    params: variableParams,
    response: revealedVariableSchema,
    async handle({ params: { id, key }, principal, request }) {
      const value = await variables.reveal(principal.organizationId, id, key);
      await audit.record({
        principal,
        action: 'variable.reveal',
        subject: id,
        result: 'done',
        details: { name: key },
        address: request.ip,
      });
      return { name: key, value };
    },
  });
}
