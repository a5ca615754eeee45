import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, encodeCursor, page, pageQuery } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { keptReasons, storageSchema, storedArtifactSchema } from './storage.ts';
import type { StorageService } from './storage-service.ts';

const tag = 'platform';
const policy = { role: 'viewer', scope: 'admin', operator: true } as const;

/** `/v1/platform/storage`: what fills the disk, for operators. */
export function registerStorageRoutes(app: FastifyInstance, { storage }: { storage: StorageService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/platform/storage',
    tag,
    operationId: 'getPlatformStorage',
    summary: 'What takes how much room on the machine of davit, and what collecting would free',
    unavailable: ['DISK_USAGE_UNKNOWN'],
    policy,
    response: storageSchema,
    handle: () => storage.get(),
  });

  route(app, {
    method: 'GET',
    path: '/v1/platform/artifacts',
    tag,
    operationId: 'listStoredArtifacts',
    summary:
      'List the images and folders that builds made and releases run from, the largest first, and why they are kept',
    unavailable: ['DISK_USAGE_UNKNOWN'],
    policy,
    query: pageQuery.extend({ kept: z.enum(keptReasons).optional(), serviceId: z.string().max(64).optional() }),
    response: page(storedArtifactSchema),
    async handle({ query: { limit, cursor, kept, serviceId } }) {
      const fitting = (await storage.listArtifacts()).filter(
        (artifact) =>
          (kept === undefined || artifact.kept === kept) &&
          (serviceId === undefined || artifact.service?.id === serviceId),
      );
      // By place: the artifact at the end of a page may be gone when the next one is asked for.
      const from = Number.parseInt(decodeCursor(cursor) ?? '0', 10) || 0;
      const items = fitting.slice(from, from + limit);
      return { items, nextCursor: from + limit < fitting.length ? encodeCursor(String(from + limit)) : null };
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/platform/storage/collect',
    tag,
    operationId: 'collectPlatformStorage',
    summary: 'Free what nothing needs: a run, whose output says what was freed',
    policy,
    response: z.strictObject({ runId: z.string() }),
    status: 202,
    handle: async ({ principal }) => ({ runId: await storage.collect(principal.userId) }),
  });
}
