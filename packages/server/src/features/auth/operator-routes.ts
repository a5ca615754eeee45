import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { noContent } from '../../platform/http/operation-schema.ts';
import { route } from '../../platform/http/route.ts';
import { appointOperatorBody, operatorSchema } from './operator.ts';
import type { OperatorService } from './operator-service.ts';

const policy = { role: 'viewer', scope: 'admin', operator: true } as const;
const tag = 'platform';

/** `/v1/platform/operators`: who operates the installation. */
export function registerOperatorRoutes(app: FastifyInstance, { operators }: { operators: OperatorService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/platform/operators',
    tag,
    operationId: 'listOperators',
    summary: 'List who operates the installation',
    policy,
    response: z.strictObject({ items: z.array(operatorSchema) }).meta({ id: 'OperatorList' }),
    handle: async () => ({ items: await operators.list() }),
  });

  route(app, {
    method: 'POST',
    path: '/v1/platform/operators',
    tag,
    operationId: 'appointOperator',
    summary: 'Make somebody with an account an operator',
    policy,
    body: appointOperatorBody,
    response: operatorSchema,
    status: 201,
    handle: ({ body, principal, request }) => operators.appoint({ principal, address: request.ip }, body.email),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/platform/operators/:userId',
    tag,
    operationId: 'removeOperator',
    summary: 'Make an operator an ordinary user again; the last one stays',
    policy,
    params: z.strictObject({ userId: z.string() }),
    response: noContent,
    status: 204,
    handle: ({ params, principal, request }) => operators.remove({ principal, address: request.ip }, params.userId),
  });
}
