import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { readStateFile, writeStateFile } from '../state/state-file.ts';
import type { CgroupDriver } from './cgroup.ts';
import { type CgroupMount, readMounts } from './cgroup-mounts.ts';
import { type CgroupV1Folders, createCgroupV1Driver } from './cgroup-v1.ts';
import { createCgroupV2Driver } from './cgroup-v2.ts';

/** Where this agent keeps its groups; the same after a restart, wherever the agent itself was started then. */
const place = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal('cgroup-v2'), parent: z.string() }),
  z.strictObject({
    version: z.literal('cgroup-v1'),
    folders: z.strictObject({
      memory: z.string(),
      cpu: z.string(),
      cpuacct: z.string(),
      pids: z.string(),
      freezer: z.string().optional(),
    }),
  }),
]);
type Place = z.infer<typeof place>;

/** The agent's own group in the hierarchy of a controller ('' for the unified one), as a folder of `mount`. */
function ownFolder(mount: CgroupMount, controller: string): string | undefined {
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').split('\n')) {
    const [, controllers = '', ...rest] = line.split(':');
    if (!controllers.split(',').includes(controller)) continue;
    const path = rest.join(':');
    // In a container without a cgroup namespace the mount shows only a part of the hierarchy.
    return join(mount.mountPoint, mount.root === '/' ? path : relative(mount.root, path));
  }
  return undefined;
}

/** Groups are made below the agent's own, so that whatever limits the agent's surroundings limits them as well. */
function placeV1(mounts: readonly CgroupMount[], name: string): Place {
  const folder = (controller: string): string | undefined => {
    const mount = mounts.find((candidate) => !candidate.unified && candidate.controllers.includes(controller));
    const own = mount && ownFolder(mount, controller);
    return own === undefined ? undefined : join(own, name);
  };
  const [memory, cpu, cpuacct, pids] = ['memory', 'cpu', 'cpuacct', 'pids'].map(folder);
  if (!memory || !cpu || !cpuacct || !pids)
    throw new Error('not every controller (memory, cpu, cpuacct, pids) is mounted');
  return { version: 'cgroup-v1', folders: { memory, cpu, cpuacct, pids, freezer: folder('freezer') } };
}

/** A group with processes of its own may not hand controllers down: the agent first moves into a group beside the others. */
function prepareV2(candidate: string, own: string): void {
  if (candidate === own) {
    const leaf = join(own, 'agent');
    mkdirSync(leaf, { recursive: true });
    writeFileSync(join(leaf, 'cgroup.procs'), String(process.pid));
  }
  writeFileSync(join(candidate, 'cgroup.subtree_control'), '+memory +cpu +pids');
  countDisks(candidate);
}

/** Disks are only counted, not limited: a host that does not hand this controller down serves as well. */
function countDisks(folder: string): void {
  try {
    writeFileSync(join(folder, 'cgroup.subtree_control'), '+io');
  } catch {
    // Then proc(5) tells.
  }
}

function placeV2(mount: CgroupMount, name: string): Place {
  const own = ownFolder(mount, '') ?? mount.mountPoint;
  const candidates = [
    ...(basename(own) === 'agent' ? [dirname(own)] : []),
    ...(own === mount.mountPoint ? [] : [own]),
    ...(process.getuid?.() === 0 ? [mount.mountPoint] : []),
  ];
  let failure: unknown = new Error('davit was given no part of the cgroup hierarchy');
  for (const candidate of candidates) {
    try {
      prepareV2(candidate, own);
      mkdirSync(join(candidate, name), { recursive: true });
      writeFileSync(join(candidate, name, 'cgroup.subtree_control'), '+memory +cpu +pids');
      countDisks(join(candidate, name));
      return { version: 'cgroup-v2', parent: join(candidate, name) };
    } catch (thrown) {
      failure = thrown;
    }
  }
  throw failure;
}

function v1FoldersOf(folders: CgroupV1Folders): string[] {
  return Object.values(folders).filter((folder): folder is string => folder !== undefined);
}

/**
 * Of all processes together, half of what each other group beside them has: the agent, and whatever of davit is there, go
 * first where the processors are all busy. Among themselves they are equal.
 */
const SHARES = { 'cpu.shares': '512', 'cpu.weight': '50' } as const;

function giveWay(folder: string, file: keyof typeof SHARES): void {
  // The controller may be there for quotas alone.
  if (existsSync(join(folder, file))) writeFileSync(join(folder, file), SHARES[file]);
}

function openPlace(found: Place): CgroupDriver {
  if (found.version === 'cgroup-v2') {
    giveWay(found.parent, 'cpu.weight');
    return createCgroupV2Driver(found.parent);
  }
  for (const folder of v1FoldersOf(found.folders)) mkdirSync(folder, { recursive: true });
  giveWay(found.folders.cpu, 'cpu.shares');
  return createCgroupV1Driver(found.folders);
}

/** Really makes a group with every limit and takes it away again: the only answer that can be trusted. */
async function prove(driver: CgroupDriver): Promise<void> {
  const group = driver.create('probe', { memoryBytes: 64 * 1024 * 1024, cpus: 1, processes: 16 });
  try {
    group.usage();
  } finally {
    await group.remove();
  }
}

async function reopen(stateFile: string): Promise<CgroupDriver | undefined> {
  const stored = place.safeParse(await readStateFile(stateFile));
  if (!stored.success) return undefined;
  const paths = stored.data.version === 'cgroup-v2' ? [stored.data.parent] : v1FoldersOf(stored.data.folders);
  if (!paths.every((path) => existsSync(path))) return undefined;
  const driver = openPlace(stored.data);
  await prove(driver);
  return driver;
}

/**
 * Finds where groups can be made on this host, by making one.
 * @returns the driver, or why there is none, in one sentence that says how to get it
 */
export async function probeCgroups(stateFile: string, stateId: string): Promise<CgroupDriver | string> {
  try {
    const known = await reopen(stateFile);
    if (known) return known;
    const mounts = readMounts();
    const name = `davit-${stateId}`;
    const unified = mounts.find((mount) => mount.unified);
    const controllers = unified ? readFileSync(join(unified.mountPoint, 'cgroup.controllers'), 'utf8') : '';
    const found = unified && /\bmemory\b/.test(controllers) ? placeV2(unified, name) : placeV1(mounts, name);
    const driver = openPlace(found);
    try {
      await prove(driver);
    } catch (thrown) {
      driver.close();
      throw thrown;
    }
    await writeStateFile(stateFile, found);
    return driver;
  } catch (thrown) {
    return (
      `Memory, CPU and process limits are not enforced (${(thrown as Error).message}): ` +
      'run davit as root, or as a systemd service with Delegate=yes and DelegateSubgroup=agent.'
    );
  }
}
