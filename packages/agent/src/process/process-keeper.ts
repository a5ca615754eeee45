import { randomBytes } from 'node:crypto';
import { AgentError } from '../protocol/agent-error.ts';
import type { CommandSpec } from '../protocol/protocol.ts';
import type { Cgroup } from '../sandbox/cgroup.ts';
import type { IsolatedStart, Isolation } from '../sandbox/isolation.ts';
import type { LentGroup, LentGroups } from '../sandbox/lent-groups.ts';
import { endGroup } from './end-group.ts';
import { basicEnvironment, createEnvironmentScript, DEFAULT_PATH } from './environment-script.ts';
import { waitForAdopted } from './exit-watch.ts';
import { type GatedChild, spawnGated } from './gated-child.ts';
import { isAlive } from './process-identity.ts';
import { findMarker, findTree, MARKER, readProcessTable, signalProcess } from './process-table.ts';
import { readScript } from './read-script.ts';
import { type StoredProcess, type TrackedProcess, trackProcess } from './tracked-process.ts';

export type RunnableSpec = Pick<CommandSpec, 'argv' | 'env' | 'cwd' | 'sandbox' | 'limits'>;

export interface StartRequest {
  /** Safe as a file name; need not be unique. */
  name: string;
  spec: RunnableSpec;
  /** Name of the group that it lends to a daemon of the host, where this host has such groups. */
  lends?: string | undefined;
  /** Appended to; made when missing. */
  stdout: string;
  stderr: string;
  exitFile: string;
  /** See oom-score.ts. */
  oomScore: number;
  /** Writes the process down. The command does not run before this has come back. */
  record(stored: StoredProcess): Promise<void>;
}

/** Starts processes such that none is ever without an owner, and takes over those of an earlier life of the agent. */
export interface ProcessKeeper {
  /** @throws AgentError AGENT_BAD_REQUEST for folders or limits that cannot be given; anything else: could not be started */
  start(request: StartRequest): Promise<TrackedProcess>;
  adopt(stored: StoredProcess): TrackedProcess;
  /** Ends whatever carries this agent's mark and is not in `known` (names of stored processes). */
  sweep(known: ReadonlySet<string>): Promise<void>;
}

/** `stateId` tells this agent's processes from those of another agent on the same machine. */
export function createProcessKeeper(
  isolation: Isolation,
  stateDir: string,
  stateId: string,
  lentGroups?: LentGroups,
): ProcessKeeper {
  const shim = readScript(new URL('shim.sh', import.meta.url));
  const loader = readScript(new URL('loader.sh', import.meta.url));
  const markerOf = (name: string): string => `${stateId}/${name}`;

  function spawnShim(request: StartRequest, isolated: IsolatedStart, name: string): GatedChild {
    const { spec } = request;
    const sandboxed = isolated.innerLevels > 0;
    const environment = createEnvironmentScript({
      ...basicEnvironment(isolated.home),
      ...spec.env,
      ...(sandboxed ? {} : { [MARKER]: markerOf(name) }),
    });
    const command = ['/bin/sh', '-c', loader, 'davit', ...environment.argvPrefix, ...spec.argv];
    return spawnGated({
      argv: ['/bin/sh', '-c', shim, 'davit-shim', ...isolated.wrapper, ...command],
      env: { PATH: DEFAULT_PATH, [MARKER]: markerOf(name) },
      cwd: isolated.cwd,
      user: isolated.spawnUser,
      stdout: request.stdout,
      stderr: request.stderr,
      exitFile: request.exitFile,
      oomScore: request.oomScore,
      environment: { text: environment.text, owner: isolated.owner, folder: stateDir },
    });
  }

  async function startIn(
    request: StartRequest,
    name: string,
    cgroup: Cgroup | undefined,
    lent: LentGroup | undefined,
  ): Promise<TrackedProcess> {
    const isolated = await isolation.prepare(request.spec, cgroup?.views() ?? []);
    const child = spawnShim(request, isolated, name);
    try {
      // At once: to move a process into a group, cgroup v1 waits for all processors of the machine, 6 to 20 ms.
      await Promise.all([cgroup?.add(child.identity.pid), isolated.handOver()]);
      child.enter();
      const { innerLevels } = isolated;
      const { identity } = child;
      const startedAt = new Date().toISOString();
      const base = { identity, name, innerLevels, startedAt, exitFile: request.exitFile };
      const stored = lent === undefined ? base : { ...base, lent: request.lends };
      await request.record(stored);
      child.open();
      return trackProcess({ stored, marker: markerOf(name), cgroup, lent, shimGone: child.exited });
    } catch (thrown) {
      child.abandon();
      await child.exited;
      throw thrown;
    }
  }

  return {
    async start(request) {
      for (const [key, value] of Object.entries(request.spec.env)) {
        if (Buffer.byteLength(value) + key.length > 131_000) {
          throw new AgentError(
            'AGENT_BAD_REQUEST',
            `The variable ${key} is longer than the 128 KiB that Linux allows.`,
          );
        }
      }
      const name = `${request.name}.${randomBytes(9).toString('hex')}`;
      const cgroup = isolation.cgroups?.create(name, request.spec.limits);
      let lent: LentGroup | undefined;
      try {
        if (request.lends !== undefined) lent = await lentGroups?.take(request.lends, request.spec.limits);
        return await startIn(request, name, cgroup, lent);
      } catch (thrown) {
        await cgroup?.remove();
        await lent?.release();
        throw thrown;
      }
    },
    adopt(stored) {
      const cgroup = isolation.cgroups?.find(stored.name);
      // Terminals, whose other end went with the agent that had opened them.
      for (const inner of cgroup?.listInner() ?? []) void endGroup(inner);
      const shimGone = isAlive(stored.identity) ? waitForAdopted(stored.identity, stored.exitFile) : Promise.resolve();
      const lent = stored.lent === undefined ? undefined : lentGroups?.adopt(stored.lent);
      return trackProcess({ stored, marker: markerOf(stored.name), cgroup, lent, shimGone });
    },
    async sweep(known) {
      for (const { pid } of readProcessTable().values()) {
        const marker = findMarker(pid);
        if (!marker?.startsWith(`${stateId}/`) || known.has(marker.slice(stateId.length + 1))) continue;
        for (const member of findTree(pid, marker)) signalProcess(member, 'SIGKILL');
      }
      for (const name of isolation.cgroups?.list() ?? []) {
        if (known.has(name)) continue;
        const cgroup = isolation.cgroups?.find(name);
        cgroup?.kill(undefined);
        await cgroup?.remove();
      }
      await lentGroups?.sweep();
    },
  };
}
