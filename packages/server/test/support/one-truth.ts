import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { expect } from 'vitest';
import type { FaultDrill } from './fault-drill.ts';
import { listPlatformProcesses } from './platform-processes.ts';
import { descendsFrom, parentOf } from './process-tree.ts';
import { visit } from './visit.ts';
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

interface Wanted {
  releases: { id: string; state: string; deploymentId: string; folder: string | null; kept: boolean }[];
  service: { activeReleaseId: string | null; generation: number; replicas: number; desiredState: string } | undefined;
}

async function readWanted({ database, service }: FaultDrill): Promise<Wanted> {
  const releases = await database.pool.query<Wanted['releases'][number]>(
    `select id, state, deployment_id as "deploymentId", artifact ->> 'folder' as folder,
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
  const { platform, service } = drill;
  const wanted = await readWanted(drill);
  const planned = plannedIds(wanted);
  const [instances, routes, commands, orphans, folders] = await Promise.all([
    platform.agent.listInstances(),
    platform.agent.listRoutes(),
    platform.agent.listCommands(),
    listOrphans(drill),
    readdir(dirname(drill.folderOf(drill.good))).catch(() => []),
  ]);
  const kept = new Set(wanted.releases.filter((release) => release.kept).map(({ folder }) => folder));
  const shouldBe = {
    instances: planned.map((id) => `${id} running`).sort(),
    routes: wanted.service === undefined ? [] : [planned.toSorted()],
    commands: [],
    orphans: [],
    folders: [...kept].map((folder) => basename(folder ?? '')).toSorted(byName),
  };
  const is = {
    instances: instances
      .filter(({ group }) => group === service.id)
      .map(({ id, state }) => `${id} ${state}`)
      .sort(),
    routes: routes.filter(({ owner }) => owner === service.id).map(({ targets }) => targets.map(({ id }) => id).sort()),
    commands: commands.map(({ id }) => id),
    orphans,
    folders: folders.toSorted(byName),
  };
  return { is, shouldBe, wanted };
}

/** Waits until every run about the service has ended, and looks at how. */
async function expectRunsEnded({ database, service }: FaultDrill): Promise<void> {
  const read = async () => {
    const { rows } = await database.pool.query<{ state: string; reason: string | null }>(
      'select state, reason from runs where subject = $1',
      [service.id],
    );
    return rows;
  };
  const rows = await waitUntil('every run has ended', async () => {
    const found = await read();
    return found.every(({ state }) => !['queued', 'running', 'waiting'].includes(state)) && found;
  });
  for (const { state, reason } of rows) expect(reason, `the reason of a run that ${state}`).toMatch(/\S.*\./);
}

/**
 * The invariants that hold after any fault: every run has ended with a reason; at most one release is active, and the
 * service's row and the route name it; exactly its instances run; nothing half-made is left: no folder, command or process.
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
  if (serving !== undefined) expect(await visit(drill.service.url)).toMatchObject({ status: 200, body: serving });
}

/** Nobody who visited while things broke saw anything but an answer of the service. */
export function expectNoVisitLost({ visits }: FaultDrill): void {
  expect(visits.count).toBeGreaterThan(0);
  expect(visits.failures).toEqual([]);
}
