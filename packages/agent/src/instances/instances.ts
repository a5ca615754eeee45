import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentLogger } from '../agent-logger.ts';
import { readExitFile } from '../process/exit-file.ts';
import { createKeyedQueue } from '../process/keyed-queue.ts';
import { readTail } from '../process/output-tail.ts';
import type { ProcessKeeper } from '../process/process-keeper.ts';
import type { TrackedProcess } from '../process/tracked-process.ts';
import { AgentError } from '../protocol/agent-error.ts';
import type { InstanceSpec, InstanceStatus, ListeningSocket, UsageSample } from '../protocol/protocol.ts';
import type { DiskWatch } from '../state/disk-watch.ts';
import { readStateFile, writeStateFile } from '../state/state-file.ts';
import { Instance } from './instance.ts';
import { type InstanceLog, type OutputSink, openInstanceLog } from './instance-log.ts';
import { createInstanceRecord, type InstanceRecord, instanceRecord } from './instance-record.ts';
import { findListeningSockets } from './listening-sockets.ts';
import { createPortAllocator } from './port-allocator.ts';
import { sampleUsage } from './usage-sample.ts';

/** Instances of this agent by id. Every call may be repeated. */
export interface Instances {
  put(id: string, spec: InstanceSpec): Promise<InstanceStatus>;
  get(id: string): InstanceStatus;
  list(): InstanceStatus[];
  listeningSockets(id: string): ListeningSocket[];
  /** Last bytes of standard output, then of standard error. */
  tail(id: string, maxBytes: number): string;
  /** @throws AgentError AGENT_NOT_FOUND; AGENT_CONFLICT unless its process runs and all of it is known */
  running(id: string): RunningInstance;
  remove(id: string): Promise<void>;
  usage(): Promise<UsageSample[]>;
  /** Takes over what an earlier life of the agent left; returns the names of processes that are known. */
  recover(): Promise<string[]>;
  /** Ends every process; the instances stay known and run again when they are put again. */
  endAll(): Promise<void>;
  /** Leaves every process alone and stops collecting output. */
  close(): Promise<void>;
}

/** What it takes to start something beside an instance that runs. */
export interface RunningInstance {
  process: TrackedProcess;
  spec: InstanceRecord['spec'];
  env: Readonly<Record<string, string>>;
}

export interface InstancesOptions {
  folder: string;
  keeper: ProcessKeeper;
  sink: OutputSink;
  /** Where the folder is. */
  disk: DiskWatch;
  logger: AgentLogger;
}

interface Entry {
  instance: Instance;
  log: InstanceLog;
}

export function createInstances({ folder, keeper, sink, disk, logger }: InstancesOptions): Instances {
  const entries = new Map<string, Entry>();
  const queue = createKeyedQueue();
  const ports = createPortAllocator();
  const pathOf = (id: string, file = ''): string => join(folder, id, file);
  const save = (record: InstanceRecord): Promise<void> => writeStateFile(pathOf(record.id, 'record.json'), record);

  function find(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw new AgentError('AGENT_NOT_FOUND', `There is no instance ${id}.`);
    return entry;
  }

  function open(record: InstanceRecord, env: Readonly<Record<string, string>> | undefined): Entry {
    const { id } = record;
    const [stdout, stderr] = [pathOf(id, 'stdout'), pathOf(id, 'stderr')];
    const { logKey: key, labels } = record.spec;
    const log = openInstanceLog({ sink, key, instance: id, labels, stdout, stderr, disk, logger });
    const inTurn = (work: () => Promise<void>): void => {
      queue
        .run(id, work)
        .catch((thrown: unknown) => logger.error({ id, err: thrown }, 'an instance could not be restarted'));
    };
    const exitFile = (): string => pathOf(id, `exit.${randomBytes(6).toString('hex')}`);
    const instance = new Instance({
      record,
      env,
      files: { stdout, stderr, exitFile },
      keeper,
      log,
      save,
      inTurn,
      logger,
    });
    const entry = { instance, log };
    entries.set(id, entry);
    return entry;
  }

  async function forget(id: string, { instance, log }: Entry): Promise<void> {
    await log.drain();
    await log.close();
    await rm(pathOf(id), { recursive: true, force: true });
    entries.delete(id);
    if (instance.record.port !== null) ports.release(instance.record.port);
  }

  async function create(id: string, spec: InstanceSpec): Promise<Entry> {
    await rm(pathOf(id), { recursive: true, force: true });
    const port = spec.allocatePort ? await ports.allocate() : null;
    await mkdir(pathOf(id), { mode: 0o700 });
    const record = createInstanceRecord(id, spec, port);
    await save(record);
    const entry = open(record, spec.env);
    try {
      await entry.instance.start(true);
    } catch (thrown) {
      await forget(id, entry);
      throw thrown;
    }
    return entry;
  }

  async function removeEntry(id: string): Promise<void> {
    const entry = entries.get(id);
    if (!entry) return;
    entry.instance.record.removing = true;
    await save(entry.instance.record);
    await entry.instance.stop();
    await forget(id, entry);
  }

  async function recoverOne(id: string): Promise<string | undefined> {
    const parsed = instanceRecord.safeParse(await readStateFile(pathOf(id, 'record.json')));
    if (!parsed.success || parsed.data.id !== id) {
      logger.warn({ id }, 'the state of an instance is not readable: it is removed');
      await rm(pathOf(id), { recursive: true, force: true });
      return undefined;
    }
    const record = parsed.data;
    if (record.port !== null) ports.reserve(record.port);
    const name = record.process?.name;
    const { instance } = open(record, undefined);
    instance.adopt();
    if (record.removing) {
      queue
        .run(id, () => removeEntry(id))
        .catch((thrown: unknown) => logger.error({ id, err: thrown }, 'removal failed'));
    }
    return name;
  }

  return {
    put: (id, spec) =>
      queue.run(id, async () => {
        const known = entries.get(id);
        if (!known) return (await create(id, spec)).instance.status();
        if (known.instance.needsEnvironment()) await known.instance.supply(spec.env);
        return known.instance.status();
      }),
    get: (id) => find(id).instance.status(),
    list: () => [...entries.values()].map(({ instance }) => instance.status()),
    listeningSockets: (id) => findListeningSockets(find(id).instance.process?.pids() ?? []),
    tail(id, maxBytes) {
      find(id);
      const half = Math.ceil(maxBytes / 2);
      const stderr = readTail(pathOf(id, 'stderr'), half);
      const stdout = readTail(pathOf(id, 'stdout'), maxBytes - Buffer.byteLength(stderr));
      return stdout + stderr;
    },
    running(id) {
      const { process, environment: env, record } = find(id).instance;
      if (!process || readExitFile(process.stored.exitFile)?.reached !== 'running') {
        throw new AgentError('AGENT_CONFLICT', `The instance ${id} does not run at this moment.`);
      }
      if (!env)
        throw new AgentError('AGENT_CONFLICT', `The instance ${id} is being taken over: try again in a moment.`);
      return { process, spec: record.spec, env };
    },
    remove: (id) => queue.run(id, () => removeEntry(id)),
    usage: () => sampleUsage([...entries.values()].map(({ instance }) => instance)),
    async recover() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = await Promise.all((await readdir(folder)).map(recoverOne));
      return names.filter((name) => name !== undefined);
    },
    async endAll() {
      await Promise.all([...entries.keys()].map((id) => queue.run(id, async () => entries.get(id)?.instance.stop())));
    },
    async close() {
      for (const { instance } of entries.values()) instance.detach();
      await Promise.all([...entries.values()].map(({ log }) => log.close()));
    },
  };
}
