import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { historyEntrySchema, restoredVariableSchema, variableComparisonSchema } from './variable.ts';
import { ownerRoutes } from './variable-routes.ts';
import type { VariableService } from './variable-service.ts';

const ownerParams = z.strictObject({ id: z.string() });
const changeParams = z.strictObject({ id: z.string(), changeId: z.string() });
const compareQuery = z.strictObject({ environmentId: z.string() });

/** What variables were before, and what they are elsewhere. */
export function registerVariableHistoryRoutes(
  app: FastifyInstance,
  { variables }: { variables: VariableService },
): void {
  for (const { kind, path, word, whose } of ownerRoutes) {
    route(app, {
      method: 'GET',
      path: `${path}/history`,
      tag: 'variables',
      operationId: `list${word}VariableHistory`,
      summary: `List the changes of variables ${whose}, newest first`,
      policy: { role: 'viewer' },
      params: ownerParams,
      query: pageQuery,
      response: page(historyEntrySchema),
      async handle({ params: { id }, query: { limit, cursor }, principal }) {
        const before = decodeCursor(cursor);
        const rows = await variables.history(principal.organizationId, { kind, id }, { limit, before });
        return toPage(rows, limit, (row) => row.id);
      },
    });

    route(app, {
      method: 'POST',
      path: `${path}/history/:changeId/restore`,
      tag: 'variables',
      operationId: `restore${word}Variable`,
      summary: `Give a variable ${whose} the value that it had before a change`,
      policy: { role: 'developer' },
      params: changeParams,
      response: restoredVariableSchema,
      handle: ({ params: { id, changeId }, principal }) => variables.restore(principal, { kind, id }, changeId),
    });

    route(app, {
      method: 'GET',
      path: `${path}/compare`,
      tag: 'variables',
      operationId: `compare${word}Variables`,
      summary: `Compare the variables ${whose} with those in another environment, without showing values`,
      policy: { role: 'viewer' },
      params: ownerParams,
      query: compareQuery,
      response: variableComparisonSchema,
      handle: ({ params: { id }, query, principal }) =>
        variables.compare(principal.organizationId, { kind, id }, query.environmentId),
    });
  }
}
