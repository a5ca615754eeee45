// What metrics of 200 busy services cost: a look by the agent, a collection into a full store, a chart, the disk.
// `node bench/metrics/collection.ts`; PostgreSQL from `DATABASE_URL`, else one of its own.
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createMetricRecorder } from '../../packages/server/src/features/metrics/index.ts';
import { readIntervals, readUse } from '../../packages/server/src/features/metrics/metric-read-store.ts';
import { startTestAgent } from '../../packages/server/test/support/test-agent.ts';
import { type BenchDatabase, createBenchDatabase } from '../runs/bench-database.ts';
import { percentile, table } from '../runs/statistics.ts';

const services = 200;
const everySeconds = 15;
const ticks = 80;
const looks = 40;
const ticksPerSecond = 100;
const idOf = (index: number) => `svc_${String(index).padStart(26, '0')}`;

/** CPU time of a process since it started, in seconds (fields 14 to 17 of proc(5): with its children that ended). */
function cpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** Milliseconds of the agent's CPU time for one look at so many instances, each a process in its sandbox. */
async function lookOfAgent(): Promise<number> {
  await using agent = await startTestAgent();
  for (let index = 0; index < services; index++) {
    const folder = join(agent.folder, String(index));
    await mkdir(folder);
    await agent.client.putInstance(`i${index}`, {
      argv: ['/bin/sleep', '3600'],
      env: {},
      cwd: folder,
      sandbox: { isolationKey: `s${index}`, writable: [folder], readable: [] },
      limits: {},
      group: `s${index}`,
      labels: {},
      restart: { policy: 'never', maxRestarts: 0 },
      allocatePort: false,
      logKey: `s${index}`,
      stopGraceMs: 100,
    });
  }
  const { pid } = await agent.client.info();
  const before = cpu(pid);
  for (let look = 0; look < looks; look++) {
    const { length } = await agent.client.usage();
    if (length !== services) throw new Error(`${length} of ${services} instances were looked at`);
  }
  return ((cpu(pid) - before) / looks) * 1000;
}

/** As many rows as there are after eight days. */
async function fillStore({ pool }: BenchDatabase, now: number): Promise<void> {
  await pool.query(`insert into organizations (id, name) values ('org_1', 'Bench')`);
  await pool.query(`insert into projects (id, organization_id, name) values ('prj_1', 'org_1', 'bench')`);
  await pool.query(
    `insert into environments (id, organization_id, project_id, name, kind) values ('env_1', 'org_1', 'prj_1', 'production', 'production')`,
  );
  await pool.query(
    `insert into services (id, organization_id, project_id, environment_id, name, kind, host_label, source, settings)
     select id, 'org_1', 'prj_1', 'env_1', id, 'web', id, '{}', '{}' from unnest($1::text[]) as id`,
    [Array.from({ length: services }, (_, index) => idOf(index))],
  );
  const latency = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [index + 10, index * 7 + 1]));
  for (const [resolution, keptSeconds] of [
    [15, 1.5 * 3600],
    [60, 7 * 3600],
    [300, 8 * 86_400],
  ] as const) {
    await pool.query(
      `insert into metric_points (organization_id, service_id, resolution, at, seconds, cpu_ms, disk_read_bytes, disk_write_bytes,
         network_in_bytes, network_out_bytes, requests, responses, errors, latency, memory_bytes, instances)
       select 'org_1', s.id, $1::int, at, $1::int, 1000, 4096, 65536, 20000, 9000000, 660, 651, 3, $2::jsonb, 123456789, 2
         from generate_series($3::timestamptz, $4::timestamptz, make_interval(secs => $1::int)) as at, services s`,
      [resolution, latency, new Date(now - keptSeconds * 1000), new Date(now - resolution * 1000)],
    );
  }
  await pool.query('update metric_collector set minutes_until = $1, five_minutes_until = $1', [new Date(now)]);
  await pool.query('vacuum analyze metric_points');
}

const latencyAfter = (tick: number) =>
  Object.fromEntries(Array.from({ length: 14 }, (_, index) => [index + 10, tick * (index + 1)]));

function snapshot(at: Date, tick: number) {
  const startedAt = new Date(0).toISOString();
  const each = Array.from({ length: services }, (_, index) => idOf(index));
  return {
    at,
    instances: each.map((serviceId) => ({
      instanceId: `${serviceId}-web-0-0`,
      serviceId,
      at: '',
      startedAt,
      cpuMs: tick * 1000,
      memoryBytes: 123_456_789 + tick,
      disk: { readBytes: tick, writtenBytes: tick * 4096 },
    })),
    routes: each.map((owner) => ({
      host: `${owner}.localhost`,
      owner,
      since: startedAt,
      requests: tick * 105,
      failures: 0,
      bytesIn: tick * 1000,
      bytesOut: tick * 100_000,
      responses: [0, tick * 100, 0, tick * 4, tick],
      latency: latencyAfter(tick),
    })),
  };
}

async function size({ pool }: BenchDatabase, relation: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(`select pg_total_relation_size($1)::int8 as bytes`, [relation]);
  return rows[0]?.bytes ?? Number.NaN;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

const lookMs = await lookOfAgent();
await using database = await createBenchDatabase();
const begin = Math.floor(Date.now() / 900_000) * 900_000;
await fillStore(database, begin);
const bytesPerService =
  ((await size(database, 'metric_points')) + (await size(database, 'metric_counters'))) / services;

const recorder = createMetricRecorder(database.db);
await recorder.record(snapshot(new Date(begin), 1));
const cpuBefore = process.cpuUsage();
const times: number[] = [];
for (let tick = 1; tick <= ticks; tick++)
  times.push(await timed(() => recorder.record(snapshot(new Date(begin + tick * everySeconds * 1000), tick + 1))));
const { user, system } = process.cpuUsage(cpuBefore);
const meanMs = times.reduce((sum, ms) => sum + ms, 0) / times.length;

const end = Math.floor(begin / 1000);
const all = Array.from({ length: services }, (_, index) => idOf(index));
const week = {
  organizationId: 'org_1',
  resolution: 300,
  stepSeconds: 3600,
  count: 168,
  from: end - 7 * 86_400,
} as const;
const hour = { organizationId: 'org_1', resolution: 60, stepSeconds: 120, count: 30, from: end - 3600 } as const;
const charts: number[] = [];
for (let index = 0; index < 20; index++)
  charts.push(await timed(() => readIntervals(database.db, { ...week, serviceIds: [idOf(index)] })));
const sparklines: number[] = [];
for (let index = 0; index < 10; index++)
  sparklines.push(await timed(() => readUse(database.db, { ...hour, serviceIds: all })));

const share = (ms: number) => `${((ms / 1000 / everySeconds) * 100).toFixed(2)} %`;
process.stdout.write(
  `${table(
    [`${services} services`, 'measured', 'of one core', 'goal'],
    [
      ['a look by the agent, CPU', `${lookMs.toFixed(1)} ms`, share(lookMs), '≤ 0.5 %'],
      [
        'a collection, CPU of the server',
        `${((user + system) / 1000 / ticks).toFixed(1)} ms`,
        share((user + system) / 1000 / ticks),
        '≤ 0.5 %',
      ],
      [
        'a collection with roll-ups and removals, by the clock, mean',
        `${meanMs.toFixed(1)} ms`,
        share(meanMs),
        '≤ 1 %',
      ],
      ['the same, longest', `${Math.max(...times).toFixed(0)} ms`, '', ''],
      ['seven days of one service', `${percentile(charts, 0.5).toFixed(1)} ms`, '', ''],
      ['small charts of all services', `${percentile(sparklines, 0.5).toFixed(1)} ms`, '', ''],
      ['disk, a service with all it keeps', `${(bytesPerService / 1024 / 1024).toFixed(2)} MiB`, '', '≤ 2 MiB'],
    ],
  )}\n`,
);
