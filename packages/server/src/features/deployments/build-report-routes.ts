import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Db } from '../../platform/db/database.ts';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import type { ServiceService } from '../services/index.ts';
import { type BuildSummary, buildSummarySchema } from './build-report.ts';
import { listBuildReports } from './build-report-store.ts';

/** Reads what the builds of a service took. */
export function createBuildReader({ db, services }: { db: Db; services: ServiceService }) {
  return {
    /** Newest first, one more than `limit`. @throws AppError SERVICE_NOT_FOUND */
    async listBuilds(
      organizationId: string,
      serviceId: string,
      { limit, before }: { limit: number; before: string | undefined },
    ): Promise<BuildSummary[]> {
      await services.get(organizationId, serviceId);
      return await listBuildReports(db, organizationId, serviceId, { limit: limit + 1, before });
    },
  };
}

/** `/v1/services/{id}/builds` */
export function registerBuildReportRoutes(
  app: FastifyInstance,
  { listBuilds }: Pick<ReturnType<typeof createBuildReader>, 'listBuilds'>,
): void {
  route(app, {
    method: 'GET',
    path: '/v1/services/:id/builds',
    tag: 'deployments',
    operationId: 'listBuilds',
    summary:
      'List how long the last hundred builds of a service took, what came from the cache, and how large the image is',
    policy: { role: 'viewer' },
    params: z.strictObject({ id: z.string() }),
    query: pageQuery,
    response: page(buildSummarySchema),
    async handle({ params: { id }, query: { limit, cursor }, principal }) {
      const rows = await listBuilds(principal.organizationId, id, { limit, before: decodeCursor(cursor) });
      return toPage(rows, limit, ({ deploymentId }) => deploymentId);
    },
  });
}
