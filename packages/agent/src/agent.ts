import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AgentLogger } from './agent-logger.ts';
import { readAgentBuild } from './build-id.ts';
import { createCommands } from './commands/commands.ts';
import { createContainerLogs } from './containers/container-logs.ts';
import { agentRoutes } from './http/agent-routes.ts';
import { containerRoutes } from './http/container-routes.ts';
import { logRoutes } from './http/log-routes.ts';
import { commandRoutes, instanceRoutes } from './http/process-routes.ts';
import { proxyRoutes } from './http/proxy-routes.ts';
import { createAgentServer } from './http/server.ts';
import { terminalUpgrades } from './http/terminal-routes.ts';
import { createInstances } from './instances/instances.ts';
import { createLogStore } from './logs/log-store.ts';
import { createProcessKeeper } from './process/process-keeper.ts';
import { type AgentInfo, PROTOCOL_VERSION } from './protocol/protocol.ts';
import type { SuccessorSpec } from './protocol/renewal.ts';
import { createProxy, type Proxy } from './proxy/proxy.ts';
import { probeCgroups } from './sandbox/cgroup-probe.ts';
import { removeFolderBelow } from './sandbox/folder-removal.ts';
import { createIsolation, type Isolation, type IsolationChoice } from './sandbox/isolation.ts';
import { probeLentGroups } from './sandbox/lent-groups.ts';
import { createTenantUsers } from './sandbox/tenant-users.ts';
import { acquireAgentLock } from './state/agent-lock.ts';
import { watchDisk } from './state/disk-watch.ts';
import { readStateFile, writeStateFile } from './state/state-file.ts';
import { startSuccessor } from './succession/successor.ts';
import { createTerminals } from './terminals/terminals.ts';

export interface AgentOptions {
  /** Holds all that the agent keeps; made when missing, mode 0700. */
  stateDir: string;
  socketPath: string;
  /** Null: no proxy. Port 0 asks the system for one. */
  proxy: { host: string | string[]; port: number; sockets?: readonly number[] } | null;
  /** First user id that is given to a service. */
  uidBase: number;
  /** Folders below which the caller may remove, and which links may not lead out of. */
  folderRoots: string[];
  isolation: IsolationChoice;
  logger: AgentLogger;
}

/** A running agent. */
export interface Agent {
  info(): AgentInfo;
  /** Resolves when the agent is gone, by {@link Agent.close} or by a request. */
  readonly closed: Promise<void>;
  /** Stops answering and leaves every process running. */
  close(): Promise<void>;
}

/**
 * How long a command that has ended is kept for whoever started it, and how often that is looked at. The server removes its
 * own within hours; what is older belongs to a data folder that was restored, or to a server that is gone.
 */
const COMMANDS_KEPT_MS = 7 * 24 * 60 * 60_000;
const TIDY_EVERY_MS = 60 * 60_000;

/** For requests that are under way through the proxy when the agent ends. */
const PROXY_DEADLINE_MS = 5000;

const TERMINAL_IDLE_MS = 30 * 60_000;

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

/** Tells this agent's processes and cgroups from those of other agents on the machine, for as long as the folder lives. */
async function readStateId(stateDir: string): Promise<string> {
  const file = join(stateDir, 'state-id');
  const known = z.string().safeParse(await readStateFile(file));
  if (known.success) return known.data;
  const id = randomBytes(8).toString('hex');
  await writeStateFile(file, id);
  return id;
}

async function openIsolation(options: AgentOptions, stateDir: string, stateId: string): Promise<Isolation> {
  const users = await createTenantUsers(join(stateDir, 'users.json'), options.uidBase);
  const isTenant = (uid: number): boolean => process.getuid?.() === 0 && users.isTenant(uid);
  const cgroups = await probeCgroups(join(stateDir, 'cgroups.json'), stateId);
  const rules = { stateDir, folderRoots: options.folderRoots, isTenant };
  return createIsolation({ choice: options.isolation, stateDir, users, rules, cgroups });
}

function openProxy(options: AgentOptions, stateDir: string): Promise<Proxy> | undefined {
  if (!options.proxy) return undefined;
  return createProxy({ stateFile: join(stateDir, 'routes.json'), logger: options.logger, ...options.proxy });
}

/**
 * Starts the agent: takes over what an earlier life of it left, then answers.
 * @throws Error when another agent has the state folder, or the proxy's port is taken
 */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { logger } = options;
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const stateDir = await realpath(options.stateDir);
  const lock = await acquireAgentLock(stateDir);
  const startedAt = new Date().toISOString();
  const build = readAgentBuild();
  const stateId = await readStateId(stateDir);
  const [isolation, lentGroups, proxy, logs] = await Promise.all([
    openIsolation(options, stateDir, stateId),
    probeLentGroups(stateId),
    openProxy(options, stateDir),
    createLogStore({ folder: join(stateDir, 'logs'), logger }),
  ]);
  const lent = typeof lentGroups === 'string' ? undefined : lentGroups;
  const keeper = createProcessKeeper(isolation, stateDir, stateId, lent);
  const disk = watchDisk({ folder: stateDir });
  const commands = createCommands({ folder: join(stateDir, 'commands'), keeper, disk, logger });
  const instances = createInstances({ folder: join(stateDir, 'instances'), keeper, sink: logs, disk, logger });
  const containers = await createContainerLogs({ folder: join(stateDir, 'containers'), sink: logs, logger });
  const terminals = createTerminals({ instances, isolation, stateDir, stateId, idleMs: TERMINAL_IDLE_MS, logger });
  const known = await Promise.all([commands.recover(), instances.recover()]);
  await keeper.sweep(new Set(known.flat()));

  const tidy = (): void => {
    commands.removeEndedBefore(new Date(Date.now() - COMMANDS_KEPT_MS)).catch((thrown: unknown) => {
      logger.warn({ err: thrown }, 'old commands cannot be removed');
    });
  };
  tidy();
  const tidying = setInterval(tidy, TIDY_EVERY_MS);

  const info = (): AgentInfo => ({
    id: stateId,
    version,
    build,
    protocol: PROTOCOL_VERSION,
    pid: process.pid,
    startedAt,
    isolation: isolation.info,
    lentGroups: typeof lentGroups === 'string' ? { missing: lentGroups } : { path: lentGroups.path },
    proxy: proxy?.address ?? null,
    counts: {
      commands: commands.list().length,
      instances: instances.list().length,
      routes: proxy?.listRoutes().length ?? 0,
    },
  });

  const closed = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    clearInterval(tidying);
    disk.close();
    await Promise.all([server.close(), terminals.close(), proxy?.resign()]);
    await Promise.all([instances.close(), containers.close()]);
    await logs.close();
    isolation.cgroups?.close();
    lent?.close();
    // Requests that are under way need nothing of the state folder: the next agent does not wait for them.
    await lock.release();
    await proxy?.close(PROXY_DEADLINE_MS);
    closed.resolve();
  }
  const closeOnce = (): Promise<void> => (closing ??= close());

  async function shutdown(stopInstances: boolean): Promise<void> {
    if (stopInstances) await Promise.all([commands.endAll(), terminals.close(), instances.endAll()]);
    // After the answer is out.
    setTimeout(() => void closeOnce(), 20);
  }

  async function handOver(spec: SuccessorSpec): Promise<void> {
    await startSuccessor(spec, proxy?.sockets ?? []);
    logger.info({ ...info() }, 'another agent takes the place of this one');
    setTimeout(() => void closeOnce(), 20);
  }

  /** Whoever has a terminal open there is told why it ends. */
  async function remove(id: string): Promise<void> {
    await terminals.endAllOf(id);
    await instances.remove(id);
  }

  const server = await createAgentServer(
    options.socketPath,
    [
      ...agentRoutes({
        info,
        shutdown,
        handOver,
        removeFolder: (path) => removeFolderBelow(path, options.folderRoots),
      }),
      ...commandRoutes(commands),
      ...instanceRoutes({ ...instances, remove }),
      ...proxyRoutes(proxy),
      ...logRoutes(logs),
      ...containerRoutes(containers),
    ],
    terminalUpgrades(terminals),
    logger,
  );
  logger.info({ ...info() }, 'agent is ready');
  return { info, closed: closed.promise, close: closeOnce };
}
