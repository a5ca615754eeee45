import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route, streamRoute } from '../../platform/http/route.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import {
  createRunStream,
  outputPage,
  outputQuery,
  presentRun,
  readOutputPage,
  runSchema,
  runStreamQuery,
} from '../runs/index.ts';
import { backupSchema, backupStatusSchema } from './backup.ts';
import type { BackupService } from './backup-service.ts';

const tag = 'platform';
const policy = { role: 'viewer', scope: 'admin', operator: true } as const;
const params = z.strictObject({ id: z.string() });
const timeoutMs = 60_000;

/** `/v1/platform/backups` and the platform's own runs, which belong to no organization. */
export function registerBackupRoutes(
  app: FastifyInstance,
  { backups, engine }: { backups: BackupService; engine: RunEngine },
): void {
  route(app, {
    method: 'GET',
    path: '/v1/platform/backups',
    tag,
    operationId: 'listPlatformBackups',
    summary: 'List the backups of the whole platform, newest first',
    policy,
    query: pageQuery,
    response: page(backupSchema),
    async handle({ query }) {
      const all = await backups.list(AbortSignal.timeout(timeoutMs));
      const after = decodeCursor(query.cursor);
      const from = after === undefined ? 0 : all.findIndex(({ name }) => name === after) + 1;
      return toPage(all.slice(from, from + query.limit + 1), query.limit, ({ name }) => name);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/platform/backup-status',
    tag,
    operationId: 'getPlatformBackupStatus',
    summary: 'Where backups go and when, how old the newest is, and how the last one ended',
    policy,
    response: backupStatusSchema,
    handle: () => backups.status(AbortSignal.timeout(timeoutMs)),
  });

  route(app, {
    method: 'POST',
    path: '/v1/platform/backups',
    tag,
    operationId: 'createPlatformBackup',
    summary: 'Make a backup of the whole platform where BACKUP_TO says',
    policy,
    response: z.strictObject({ runId: z.string() }),
    status: 202,
    handle: async ({ principal }) => ({ runId: await backups.request(principal.userId) }),
  });

  route(app, {
    method: 'GET',
    path: '/v1/platform/runs/:id',
    tag,
    operationId: 'getPlatformRun',
    summary: 'Get a run of the platform itself, with its steps',
    policy,
    params,
    response: runSchema,
    async handle({ params: { id } }) {
      const run = await engine.getRun(null, id);
      return presentRun(run, await engine.listSteps(run));
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/platform/runs/:id/output',
    tag,
    operationId: 'readPlatformRunOutput',
    summary: 'Read the output of a run of the platform itself',
    policy,
    params,
    query: outputQuery,
    response: outputPage,
    handle: ({ params: { id }, query }) => readOutputPage(engine, null, id, query),
  });
  const streamRun = createRunStream(engine);
  streamRoute(app, {
    path: '/v1/platform/runs/:id/stream',
    tag,
    operationId: 'streamPlatformRun',
    summary: 'Follow a run of the platform itself: `output`, `state` and, last, `end`, as for any run',
    policy,
    params,
    query: runStreamQuery,
    handle: (call) => streamRun(null, call),
  });
}
