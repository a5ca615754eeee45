import { statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentLogger } from '../agent-logger.ts';
import { neverRan } from '../process/exit-file.ts';
import { createKeyedQueue } from '../process/keyed-queue.ts';
import { oomScores } from '../process/oom-score.ts';
import { startFailure } from '../process/process-exit.ts';
import type { ProcessKeeper } from '../process/process-keeper.ts';
import type { StoredProcess } from '../process/tracked-process.ts';
import { AgentError, isAgentError } from '../protocol/agent-error.ts';
import type { CommandSpec, CommandStatus } from '../protocol/protocol.ts';
import type { DiskWatch } from '../state/disk-watch.ts';
import { readStateFile, writeStateFile } from '../state/state-file.ts';
import { followFile } from './command-output.ts';
import { type CommandRecord, commandRecord } from './command-record.ts';
import { createRunningCommand, type RunningCommand } from './running-command.ts';

/** Commands of this agent by id. Every call may be repeated. */
export interface Commands {
  start(id: string, spec: CommandSpec): Promise<CommandStatus>;
  get(id: string): CommandStatus;
  /** Resolves when the command has ended, or with its status so far when `signal` is aborted. */
  wait(id: string, signal: AbortSignal): Promise<CommandStatus>;
  follow(id: string, stream: 'stdout' | 'stderr', offset: number, signal: AbortSignal): AsyncIterable<Buffer>;
  stop(id: string, graceMs: number): Promise<CommandStatus>;
  remove(id: string): Promise<void>;
  list(): CommandStatus[];
  /** Takes over what an earlier life of the agent left; returns the names of processes that are known. */
  recover(): Promise<string[]>;
  /** Ends every running command. */
  endAll(): Promise<void>;
  /** Forgets commands that ended before then: nobody comes for their output any more. */
  removeEndedBefore(time: Date): Promise<void>;
}

export interface CommandsOptions {
  folder: string;
  keeper: ProcessKeeper;
  /** Where the folder is. */
  disk: DiskWatch;
  logger: AgentLogger;
}

interface Entry {
  record: CommandRecord;
  running: RunningCommand | undefined;
}

const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

export function createCommands({ folder, keeper, disk, logger }: CommandsOptions): Commands {
  const entries = new Map<string, Entry>();
  const queue = createKeyedQueue();
  const pathOf = (id: string, file = ''): string => join(folder, id, file);
  const save = (record: CommandRecord): Promise<void> => writeStateFile(pathOf(record.id, 'record.json'), record);

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw new AgentError('AGENT_NOT_FOUND', `There is no command ${id}.`);
    return entry;
  }

  function statusOf({ record, running }: Entry): CommandStatus {
    return {
      id: record.id,
      state: record.exit ? 'finished' : 'running',
      pid: running && !record.exit ? running.process.stored.identity.pid : null,
      startedAt: record.startedAt,
      exit: record.exit,
      outputBytes: { stdout: size(pathOf(record.id, 'stdout')), stderr: size(pathOf(record.id, 'stderr')) },
    };
  }

  function attend(record: CommandRecord, process: RunningCommand['process']): Entry {
    const running = createRunningCommand({ record, process, stderr: pathOf(record.id, 'stderr'), disk, save, logger });
    const entry: Entry = { record, running };
    entries.set(record.id, entry);
    return entry;
  }

  /** What is there belongs to a removal that failed. */
  async function makeFolder(id: string): Promise<void> {
    try {
      await mkdir(pathOf(id), { mode: 0o700 });
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      await rm(pathOf(id), { recursive: true, force: true });
      await mkdir(pathOf(id), { mode: 0o700 });
    }
  }

  async function launch(id: string, spec: CommandSpec): Promise<Entry> {
    const { env: _secret, ...kept } = spec;
    const base = { id, ...kept, ending: null, exit: null };
    await makeFolder(id);
    let written: CommandRecord | undefined;
    try {
      const record = async (stored: StoredProcess): Promise<void> => {
        written = { ...base, startedAt: stored.startedAt, process: stored };
        await save(written);
      };
      const [stdout, stderr, exitFile] = [pathOf(id, 'stdout'), pathOf(id, 'stderr'), pathOf(id, 'exit')];
      const process = await keeper.start({
        name: `c.${id}`,
        spec,
        lends: spec.lendsGroup,
        stdout,
        stderr,
        exitFile,
        oomScore: oomScores.command,
        record,
      });
      return attend(written ?? { ...base, startedAt: process.stored.startedAt, process: process.stored }, process);
    } catch (thrown) {
      if (isAgentError(thrown, 'AGENT_BAD_REQUEST') || isAgentError(thrown, 'AGENT_SOCKET_MISSING')) {
        await rm(pathOf(id), { recursive: true, force: true });
        throw thrown;
      }
      logger.warn({ id, err: thrown }, 'command could not be started');
      const failed = { ...base, startedAt: new Date().toISOString(), process: null, exit: startFailure(thrown) };
      // What nobody can write down has not been: the folder would be found by nobody.
      await save(failed).catch(async (unsaved: unknown) => {
        await rm(pathOf(id), { recursive: true, force: true });
        throw unsaved;
      });
      const entry: Entry = { record: failed, running: undefined };
      entries.set(id, entry);
      return entry;
    }
  }

  /** A command whose gate was never opened did not run: it is forgotten, so that starting it again starts it. */
  async function recoverOne(id: string): Promise<string | undefined> {
    const parsed = commandRecord.safeParse(await readStateFile(pathOf(id, 'record.json')));
    if (!parsed.success || parsed.data.id !== id) {
      await rm(pathOf(id), { recursive: true, force: true });
      return undefined;
    }
    const record = parsed.data;
    if (record.exit || !record.process) {
      entries.set(id, { record, running: undefined });
      return undefined;
    }
    const process = keeper.adopt(record.process);
    const entry = attend(record, process);
    void entry.running?.finished.then(async (end) => {
      if (!neverRan(end) || entries.get(id) !== entry) return;
      entries.delete(id);
      await entry.running?.saved;
      await rm(pathOf(id), { recursive: true, force: true });
    });
    return process.stored.name;
  }

  async function* follow(id: string, stream: 'stdout' | 'stderr', offset: number, signal: AbortSignal) {
    const entry = find(id);
    const isFinished = (): boolean => entry.record.exit !== null;
    const finished = entry.running?.finished ?? Promise.resolve();
    if (!entry.running?.process && size(pathOf(id, stream)) === 0) return;
    yield* followFile({ path: pathOf(id, stream), offset, isFinished, finished, signal });
  }

  const remove = (id: string): Promise<void> =>
    queue.run(id, async () => {
      const running = entries.get(id)?.running;
      await running?.end('stopped', 0);
      await running?.saved;
      entries.delete(id);
      await rm(pathOf(id), { recursive: true, force: true });
    });

  return {
    start: (id, spec) => queue.run(id, async () => statusOf(entries.get(id) ?? (await launch(id, spec)))),
    get: (id) => statusOf(find(id)),
    async wait(id, signal) {
      const entry = find(id);
      if (entry.running && !entry.record.exit) {
        const aborted = Promise.withResolvers<void>();
        const abort = (): void => aborted.resolve();
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
        await Promise.race([entry.running.finished, aborted.promise]);
        signal.removeEventListener('abort', abort);
      }
      return statusOf(entry);
    },
    follow,
    async stop(id, graceMs) {
      const entry = find(id);
      await entry.running?.end('stopped', graceMs);
      return statusOf(entry);
    },
    remove,
    list: () => [...entries.values()].map(statusOf),
    async recover() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = await Promise.all((await readdir(folder)).map(recoverOne));
      return names.filter((name) => name !== undefined);
    },
    async removeEndedBefore(time) {
      const old = [...entries.values()].filter(({ record: { exit } }) => exit !== null && new Date(exit.at) < time);
      for (const { record } of old) await remove(record.id);
    },
    async endAll() {
      await Promise.all([...entries.values()].map(async (entry) => entry.running?.end('stopped', 5000)));
    },
  };
}
