import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { FaultDrill } from './fault-drill.ts';
import { listPlatformProcesses } from './platform-processes.ts';
import { descendsFrom, parentOf } from './process-tree.ts';
import { type Visit, visit } from './visit.ts';
import { waitUntil } from './wait-until.ts';

/** Processes of the platform that are neither its server, its agent, nor below an instance that the agent knows. */
async function listOrphans({ platform }: FaultDrill): Promise<string[]> {
  const [processes, instances, { pid }] = await Promise.all([
    listPlatformProcesses(platform.dataDir),
    platform.agent.listInstances(),
    platform.agent.info(),
  ]);
  const known = new Set(instances.flatMap((instance) => (instance.pid === null ? [] : [instance.pid])));
  const orphans: string[] = [];
  for (const { pid: each, command } of processes) {
    if (each === platform.server.pid || each === pid || (await descendsFrom(each, known))) continue;
    // One that has ended since it was listed is no orphan.
    if ((await parentOf(each)) !== 0) orphans.push(`${each} ${command}`);
  }
  return orphans;
}

// As davit names what it is still writing, anywhere in its folder; the trees of builds and tools are others' own.
const unfinished = /\.(?:tmp|partial|new)$/;
const foreign = new Set(['toolchains', 'cache', 'builds', 'postgres', 'compile-cache']);

/** Files that davit did not write to their end. */
async function listUnfinished({ platform: { dataDir } }: FaultDrill): Promise<string[]> {
  const entries = (await readdir(dataDir, { withFileTypes: true })).filter(({ name }) => !foreign.has(name));
  const listed = entries.map(async (entry) => {
    if (!entry.isDirectory()) return [entry.name];
    // A folder that goes while it is looked at is looked at again.
    const below = await readdir(join(dataDir, entry.name), { recursive: true }).catch(() => ['gone.tmp']);
    return below.map((path) => join(entry.name, path));
  });
  return (await Promise.all(listed)).flat().filter((path) => unfinished.test(path));
}

/** Runs that are over and still held by a worker, and sessions that hold locks without doing anything. */
async function listLocks({ database }: FaultDrill): Promise<string[]> {
  const { rows } = await database.pool.query<{ held: string }>(
    `select 'lease of run ' || id as held from runs where lease_token is not null and state <> 'running'
     union all
     select 'locks of session ' || pid from pg_stat_activity
     where datname = current_database() and state like 'idle in transaction%' and state_change < now() - interval '2 seconds'`,
  );
  return rows.map(({ held }) => held);
}

interface Wanted {
  releases: { id: string; state: string; folder: string | null; image: string | null; kept: boolean }[];
  service: { activeReleaseId: string | null; generation: number; replicas: number; desiredState: string } | undefined;
}

async function readWanted({ database, service }: FaultDrill): Promise<Wanted> {
  const releases = await database.pool.query<Wanted['releases'][number]>(
    `select id, state, artifact ->> 'folder' as folder, artifact ->> 'reference' as image,
      artifact_removed_at is null and jsonb_typeof(artifact) = 'object' as kept from releases where service_id = $1`,
    [service.id],
  );
  const services = await database.pool.query<NonNullable<Wanted['service']>>(
    `select active_release_id as "activeReleaseId", generation, (settings ->> 'replicas')::integer as replicas,
      desired_state as "desiredState" from services where id = $1`,
    [service.id],
  );
  return { releases: releases.rows, service: services.rows[0] };
}

/** What may run: the instances of the active release. */
function plannedIds({ service }: Wanted): string[] {
  if (service === undefined || service.activeReleaseId === null || service.desiredState !== 'running') return [];
  const { activeReleaseId, replicas, generation } = service;
  return Array.from({ length: replicas }, (_, ordinal) => `${activeReleaseId}-web-${ordinal}-${generation}`);
}

const byName = (a: string, b: string) => (a < b ? -1 : 1);

/** What there is, in the words of what there should be; the two are equal when all is well. */
async function compare(drill: FaultDrill) {
  const { platform, place, service } = drill;
  const wanted = await readWanted(drill);
  const planned = plannedIds(wanted);
  const [instances, images, routes, commands, orphans, folders, files, locks] = await Promise.all([
    place.listInstances(platform, service.id),
    place.listImages(service.id),
    platform.agent.listRoutes(),
    platform.agent.listCommands(),
    listOrphans(drill),
    readdir(dirname(drill.folderOf(drill.good))).catch(() => []),
    listUnfinished(drill),
    listLocks(drill),
  ]);
  const kept = wanted.releases.filter((release) => release.kept);
  const keptOf = (what: 'folder' | 'image') =>
    [...new Set(kept.flatMap((release) => release[what] ?? []))].toSorted(byName);
  const shouldBe = {
    instances: planned.map((id) => `${id} running`).sort(),
    routes: wanted.service === undefined ? [] : [planned.toSorted()],
    commands: [],
    orphans: [],
    folders: keptOf('folder').map((folder) => basename(folder)),
    images: keptOf('image'),
    files: [],
    locks: [],
  };
  const is = {
    instances: instances.map(({ id, state }) => `${id} ${state}`).sort(),
    routes: routes.filter(({ owner }) => owner === service.id).map(({ targets }) => targets.map(({ id }) => id).sort()),
    commands: commands.map(({ id }) => id),
    orphans,
    folders: folders.toSorted(byName),
    images,
    files,
    locks,
  };
  return { is, shouldBe, wanted };
}

/** What is promised: so long after a fault is over each run that it met has ended. No measure of the machine that it is tested on. */
const SECONDS_TO_END = 60;

interface EndedRun {
  state: string;
  reason: string | null;
  /** From the end of the fault, where the run was there before; by one clock, which has written down both. */
  seconds: number | null;
}

/** Waits until every run about the service has ended, and looks at how, and how long after the fault. */
async function expectRunsEnded({ database, service, faultEndedAt }: FaultDrill): Promise<void> {
  const read = async () => {
    const { rows } = await database.pool.query<EndedRun>(
      `select state, reason, case when created_at <= $2::timestamptz
         then extract(epoch from finished_at - $2::timestamptz)::float8 end as seconds
       from runs where subject = $1`,
      [service.id, faultEndedAt],
    );
    return rows;
  };
  const rows = await waitUntil('every run has ended', async () => {
    const found = await read();
    return found.every(({ state }) => !['queued', 'running', 'waiting'].includes(state)) && found;
  });
  for (const { state, reason, seconds } of rows) {
    expect(reason, `the reason of a run that ${state}`).toMatch(/\S.*\./);
    if (seconds !== null) expect(seconds, `the seconds to the end of a run that ${state}`).toBeLessThan(SECONDS_TO_END);
  }
}

/**
 * The invariants that hold after any fault: every run has ended with a reason, soon after the fault; at most one release is active, and the
 * service's row and the route name it; exactly its instances run; nothing half-made is left: no folder, image, command, process, unfinished file or lock.
 *
 * @param serving what the service answers; undefined: that it does not matter
 */
export async function expectOneTruth(drill: FaultDrill, serving: string | undefined): Promise<void> {
  await expectRunsEnded(drill);
  let last: Awaited<ReturnType<typeof compare>> | undefined;
  await waitUntil('what runs is what should run', async () => {
    last = await compare(drill);
    return JSON.stringify(last.is) === JSON.stringify(last.shouldBe);
  }).catch(() => {});
  expect(last?.is).toEqual(last?.shouldBe);
  const { releases = [], service } = last?.wanted ?? {};
  const active = releases.filter(({ state }) => state === 'active').map(({ id }) => id);
  expect(active).toEqual(service?.activeReleaseId == null ? [] : [service.activeReleaseId]);
  expect(releases.filter(({ state }) => state === 'candidate')).toEqual([]);
  if (serving === undefined) return;
  // What runs may need a moment to listen; who visits all the time tells whether that was noticed.
  let answer: Visit | string | undefined;
  await waitUntil('the service answers', async () => {
    answer = await visit(drill.service.url).catch(String);
    return typeof answer === 'object' && answer.status === 200 && answer.body === serving;
  }).catch(() => {});
  expect(answer).toMatchObject({ status: 200, body: serving });
}

/** Nobody who visited while things broke saw anything but an answer of the service. */
export function expectNoVisitLost({ visits }: FaultDrill): void {
  expect(visits.count).toBeGreaterThan(0);
  expect(visits.failures).toEqual([]);
}
