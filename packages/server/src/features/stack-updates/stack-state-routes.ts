import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { checkpointSchema } from '../cloud-resources/index.ts';
import type { StackStateService } from './stack-state-service.ts';
import { stackUpdateSchema } from './stack-update.ts';

const params = z.strictObject({ id: z.string() });
const versionParams = params.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) });
const deployment = z.record(z.string(), z.unknown());
const stateSchema = z
  .strictObject({
    state: deployment.meta({ description: 'A deployment as `pulumi stack export` writes it; secrets are encrypted.' }),
  })
  .meta({ id: 'StackState' });
/** A little more than the largest state, for what is around it. */
/** Of a request with a state, by REST and by rpc. */
export const stateLimitBytes = 34 * 1024 * 1024;

/** The version in a cursor. @throws AppError CURSOR_INVALID */
export function decodeVersion(cursor: string | undefined): number | undefined {
  const key = decodeCursor(cursor);
  if (key === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(key)) {
    throw httpErrors.CURSOR_INVALID({ fields: [{ pointer: '/query/cursor', detail: 'not a cursor' }] });
  }
  return Number(key);
}

/** `/v1/cloud-resources/{id}/checkpoints` and `/state`: the states of a stack that are kept, and others in their place. */
export function registerStackStateRoutes(
  app: FastifyInstance,
  { stackStates }: { stackStates: StackStateService },
): void {
  route(app, {
    method: 'GET',
    path: '/v1/cloud-resources/:id/checkpoints',
    tag: 'infrastructure',
    operationId: 'listStackCheckpoints',
    summary: 'List the states of a stack that are kept, newest first',
    policy: { role: 'viewer' },
    params,
    query: pageQuery,
    response: page(checkpointSchema),
    async handle({ params: { id }, query: { limit, cursor }, principal }) {
      const wanted = { limit: limit + 1, before: decodeVersion(cursor) };
      return toPage(await stackStates.list(principal.organizationId, id, wanted), limit, ({ version }) => `${version}`);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/cloud-resources/:id/checkpoints/:version/state',
    tag: 'infrastructure',
    operationId: 'exportStackState',
    summary: 'Get a state of a stack, its secrets encrypted; recorded in the audit log',
    policy: { role: 'admin' },
    params: versionParams,
    response: stateSchema,
    async handle({ params: { id, version }, principal, request }) {
      const text = await stackStates.export(principal, id, version, request.ip);
      return { state: JSON.parse(text) as Record<string, unknown> };
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/cloud-resources/:id/checkpoints/:version/restore',
    tag: 'infrastructure',
    operationId: 'restoreStackCheckpoint',
    summary: 'Put an earlier state in place of the newest; what is there in reality stays as it is',
    policy: { role: 'admin' },
    params: versionParams,
    response: stackUpdateSchema,
    status: 202,
    handle: ({ params: { id, version }, principal }) => stackStates.restoreCheckpoint(principal, id, version),
  });

  route(app, {
    method: 'PUT',
    path: '/v1/cloud-resources/:id/state',
    tag: 'infrastructure',
    operationId: 'importStackState',
    summary: 'Put a state in place of the newest; what is there in reality stays as it is',
    policy: { role: 'admin' },
    params,
    body: stateSchema,
    bodyLimit: stateLimitBytes,
    response: stackUpdateSchema,
    status: 202,
    handle: ({ params: { id }, body, principal }) => stackStates.importState(principal, id, JSON.stringify(body.state)),
  });
}
