import { sql } from 'kysely';
import type { Proxy } from './adapters/proxy/proxy.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import type { Db } from './platform/db/database.ts';
import type { HealthCheck } from './platform/http/health.ts';

// A worker takes a run within seconds; one that waited this long has nobody to take it.
const lateAfterSeconds = 60;

/** What `/health/ready` looks at: each part that davit cannot do without. */
export function createHealthChecks({ db, runtime, proxy }: { db: Db; runtime: Runtime; proxy: Proxy }): HealthCheck[] {
  return [
    {
      name: 'database',
      async check() {
        await sql`select 1`.execute(db);
        return { state: 'ok' };
      },
    },
    {
      name: 'queue',
      async check() {
        const oldest = await db
          .selectFrom('runs')
          .select((expression) => expression.fn.min('runAt').as('runAt'))
          .where('state', '=', 'queued')
          .where((where) =>
            where.not(
              where.exists(
                where
                  .selectFrom('runs as other')
                  .select('other.id')
                  .whereRef('other.subject', '=', 'runs.subject')
                  .where('other.state', '=', 'running'),
              ),
            ),
          )
          .executeTakeFirst();
        const runAt = oldest?.runAt ?? null;
        const waited = runAt === null ? 0 : (Date.now() - runAt.getTime()) / 1000;
        return waited < lateAfterSeconds
          ? { state: 'ok' }
          : { state: 'degraded', detail: `a run has waited ${Math.round(waited)} s for a free worker` };
      },
    },
    {
      name: 'runtime',
      async check(signal) {
        const { name, isolation, missing, away } = await runtime.describe(signal);
        if (away !== undefined) return { state: 'degraded', detail: away };
        const detail = [`${name}, isolation: ${isolation}`, ...missing].join('. ');
        return { state: 'ok', detail };
      },
    },
    {
      name: 'proxy',
      async check(signal) {
        await proxy.usage(signal);
        const { name, fault } = await proxy.describe(signal);
        return fault === null ? { state: 'ok', detail: name } : { state: 'degraded', detail: `${name}: ${fault}` };
      },
    },
  ];
}
