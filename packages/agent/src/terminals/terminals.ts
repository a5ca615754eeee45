import { randomBytes } from 'node:crypto';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import type { AgentLogger } from '../agent-logger.ts';
import type { Instances, RunningInstance } from '../instances/instances.ts';
import {
  basicEnvironment,
  createEnvironmentScript,
  DEFAULT_PATH,
  openNamelessFile,
} from '../process/environment-script.ts';
import { MARKER } from '../process/process-table.ts';
import { readScript } from '../process/read-script.ts';
import { AgentError } from '../protocol/agent-error.ts';
import type { TerminalRequest } from '../protocol/terminal-frames.ts';
import type { InnerGroup } from '../sandbox/cgroup.ts';
import type { Isolation } from '../sandbox/isolation.ts';
import { findSandboxInit } from './sandbox-init.ts';
import { startTerminal, type Terminal } from './terminal.ts';

/** Shells within instances, each for as long as somebody is connected to it. */
export interface Terminals {
  /**
   * Opens a shell, or what else is asked for, in the sandbox of an instance: its files, processes, user, limits and environment.
   * @returns what connects it; the terminal ends with the connection
   * @throws AgentError AGENT_NOT_FOUND, AGENT_CONFLICT
   */
  open(instanceId: string, request: TerminalRequest): Promise<(socket: Duplex) => void>;
  /** Ends those of an instance; resolves when nothing of them is left. */
  endAllOf(instanceId: string): Promise<void>;
  /** Opens no more and ends all. */
  close(): Promise<void>;
}

export interface TerminalsOptions {
  instances: Pick<Instances, 'running'>;
  isolation: Isolation;
  stateDir: string;
  stateId: string;
  /** A terminal that no byte went through for this long is ended. */
  idleMs: number;
  logger: AgentLogger;
}

const MOST_OF_AN_INSTANCE = 10;
/** Each is a process of 49 MiB, of which most is shared. */
const MOST = 60;

/** A terminal, or the place that is kept for one that is being opened. */
interface Place {
  instanceId: string;
  terminal?: Terminal;
}

export function createTerminals(options: TerminalsOptions): Terminals {
  const { instances, isolation, stateDir, stateId, idleMs, logger } = options;
  const door = readScript(new URL('door.sh', import.meta.url));
  const shell = readScript(new URL('shell.sh', import.meta.url));
  const places = new Set<Place>();
  let closed = false;

  function takePlace(instanceId: string): Place {
    if (closed) throw new AgentError('AGENT_CONFLICT', 'The agent is about to end.');
    const ofInstance = [...places].filter((place) => place.instanceId === instanceId);
    if (ofInstance.length >= MOST_OF_AN_INSTANCE || places.size >= MOST) {
      const where = ofInstance.length >= MOST_OF_AN_INSTANCE ? 'to this instance' : 'on this machine';
      throw new AgentError('AGENT_CONFLICT', `Too many terminals are open ${where}: close one first.`);
    }
    const place = { instanceId };
    places.add(place);
    return place;
  }

  async function start(instance: RunningInstance, name: string, request: TerminalRequest): Promise<Terminal> {
    const { process, spec, env } = instance;
    const { command: asked, tty = true, cols, rows } = request;
    const joined = await isolation.join(spec, process.cgroup?.views() ?? []);
    const init = joined.enters ? findSandboxInit(process.pids()) : undefined;
    if (joined.enters && !init) throw new AgentError('AGENT_CONFLICT', 'The instance has ended.');
    const group: InnerGroup | undefined = process.cgroup?.inner(name);
    const marker = `${stateId}/${name}`;
    const environment = createEnvironmentScript({
      ...basicEnvironment(joined.home),
      ...env,
      ...(tty ? { TERM: 'xterm-256color' } : {}),
      // Where no group tells what was started here, this does.
      ...(group ? {} : { [MARKER]: marker }),
    });
    const command = ['/bin/sh', '-c', shell, 'davit-terminal', spec.cwd];
    command.push(asked === undefined ? 'shell' : 'command', ...environment.argvPrefix, ...(asked ?? []));
    const place = [String(init?.pid ?? 0), init?.startTime ?? '0', ...(group?.entries ?? []), '--'];
    const markedEnv = { PATH: DEFAULT_PATH, [MARKER]: marker };
    return startTerminal({
      host: {
        argv: ['/bin/sh', '-c', door, 'davit-terminal', ...place, ...joined.wrapper, ...command],
        env: markedEnv,
        idleMs,
        tty,
        cols,
        rows,
      },
      env: { ...markedEnv, ...compileCache() },
      marker,
      environment: openNamelessFile(environment.text, stateDir, joined.owner),
      group,
    });
  }

  function connect(place: Place, terminal: Terminal, socket: Duplex): void {
    const { connection } = terminal;
    socket.pipe(connection);
    connection.pipe(socket);
    const end = (): void => void terminal.end();
    socket.on('error', end).on('end', end).on('close', end);
    // Bytes that nobody took any more must not keep it open.
    connection.on('close', () => socket.end(() => socket.destroy()));
    if (socket.destroyed) end();
    logger.info({ id: place.instanceId }, 'a terminal was opened');
  }

  const endPlaces = async (chosen: readonly Place[]): Promise<void> => {
    await Promise.all(chosen.map(async ({ terminal }) => terminal?.stop()));
  };

  return {
    async open(instanceId, request) {
      const instance = instances.running(instanceId);
      const place = takePlace(instanceId);
      try {
        const name = `t.${instanceId}.${randomBytes(9).toString('hex')}`;
        const terminal = await start(instance, name, request);
        place.terminal = terminal;
        void terminal.ended.then(() => places.delete(place));
        void instance.process.ended.then(() => terminal.end());
        if (closed) void terminal.stop();
        return (socket) => connect(place, terminal, socket);
      } catch (thrown) {
        places.delete(place);
        throw thrown;
      }
    },
    endAllOf: (instanceId) => endPlaces([...places].filter((place) => place.instanceId === instanceId)),
    async close() {
      closed = true;
      await endPlaces([...places]);
    },
  };
}

/** The host is as quick to start as the agent is, see main.ts. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  // Node keeps what it compiles in a folder of each version, below the one that it was told.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
