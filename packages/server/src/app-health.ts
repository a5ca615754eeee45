import { sql } from 'kysely';
import type { Proxy } from './adapters/proxy/proxy.ts';
import type { Runtime } from './adapters/runtime/runtime.ts';
import type { Db } from './platform/db/database.ts';
import type { HealthCheck } from './platform/http/health.ts';

// A worker takes a run within seconds; one that waited this long has nobody to take it, or its lane is full.
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
        // Commands last as long as they like: that one waits for others is no fault while some are worked on.
        const { rows } = await sql<{ lane: string; waited: number }>`
          select lane, extract(epoch from now() - run_at)::float8 as waited from runs r
          where state = 'queued'
            and not exists (select from runs a where a.subject = r.subject and a.state = 'running')
            and not (lane = 'lasting' and exists (select from runs a where a.lane = 'lasting' and a.state = 'running'))
          order by run_at limit 1`.execute(db);
        const [oldest] = rows;
        return oldest === undefined || oldest.waited < lateAfterSeconds
          ? { state: 'ok' }
          : {
              state: 'degraded',
              detail: `a ${oldest.lane} run has waited ${Math.round(oldest.waited)} s for its turn`,
            };
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
