import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentLogger } from '../agent-logger.ts';
import {
  createEngineClient,
  type EngineClient,
  EngineError,
  EngineHangsError,
  parseDockerHost,
} from '../engine/engine.ts';
import type { OutputSink } from '../instances/instance-log.ts';
import { AgentError } from '../protocol/agent-error.ts';
import { agentId, type ContainerSource, containerSource, type EndedContainers } from '../protocol/protocol.ts';
import { readStateFile, writeStateFile } from '../state/state-file.ts';
import { ContainerTail } from './container-tail.ts';
import { endContainers } from './end-containers.ts';

const RECONNECT_MS = 1000;
const LOOK_MS = 30_000;

const listed = z.array(z.object({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }));

/** Output of containers, as far as somebody has said whose. */
export interface ContainerLogs {
  /** Whose containers to look after from now on, also after a restart of the agent. */
  setSource(source: ContainerSource): Promise<void>;
  /** Returns once everything that the container of this instance has printed is stored. */
  drain(instance: string): Promise<void>;
  /** Ends all of them, as far as their engine answers. */
  endAll(signal: AbortSignal): Promise<EndedContainers>;
  close(): Promise<void>;
}

export interface ContainerLogsOptions {
  folder: string;
  sink: OutputSink;
  logger: AgentLogger;
}

interface Followed {
  source: ContainerSource;
  engine: EngineClient;
  stop: AbortController;
  done: Promise<void>;
}

/** Follows the output of labelled containers into logs, and goes on with it after a restart of the agent or of the engine. */
export async function createContainerLogs({ folder, sink, logger }: ContainerLogsOptions): Promise<ContainerLogs> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stateFile = join(folder, 'source.json');
  const tails = new Map<string, ContainerTail>();
  let followed: Followed | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = turn.then(work);
    turn = run.catch(() => undefined);
    return await run;
  }

  /** Makes the tails be those of the containers that there are. */
  async function look({ source, engine, stop }: Followed): Promise<void> {
    const filters = JSON.stringify({ label: [source.label] });
    const answer = await engine.call('/containers/json', { query: { all: 'true', filters }, signal: stop.signal });
    const present = new Set<string>();
    for (const { Id: containerId, Labels: labels } of listed.parse(answer)) {
      const [instance, key] = [labels?.[source.instanceLabel], labels?.[source.keyLabel]];
      if (!agentId.safeParse(instance).success || !agentId.safeParse(key).success) continue;
      const name = `${String(instance)}.${containerId.slice(0, 12)}`;
      present.add(name);
      const known = tails.get(name);
      if (known !== undefined) {
        known.wake();
        continue;
      }
      const told = Object.entries(source.labels).map(([own, theirs]) => [own, labels?.[theirs] ?? ''] as const);
      const tail = new ContainerTail({
        engine,
        containerId,
        folder: join(folder, name),
        key: String(key),
        instance: String(instance),
        labels: Object.fromEntries(told),
        sink,
        logger,
      });
      tails.set(name, tail);
      tail.start();
    }
    for (const [name, tail] of tails) {
      if (present.has(name)) continue;
      tails.delete(name);
      await tail.forget();
    }
    // Left by a life of the agent in which the container still was.
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !present.has(entry.name))
        await rm(join(folder, entry.name), { recursive: true, force: true });
    }
  }

  async function follow(current: Followed): Promise<void> {
    const { source, engine, stop } = current;
    while (!stop.signal.aborted) {
      try {
        const filters = JSON.stringify({ type: ['container'], label: [source.label], event: ['start', 'destroy'] });
        const events = await engine.stream('/events', { query: { filters }, signal: stop.signal });
        await inTurn(() => look(current));
        for await (const _event of events) await inTurn(() => look(current));
      } catch (error) {
        if (!stop.signal.aborted) logger.debug({ err: error }, 'the container engine does not answer');
      }
      await sleep(RECONNECT_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
  }

  function begin(source: ContainerSource): void {
    const address = parseDockerHost(source.engine);
    if (address === undefined)
      throw new AgentError('AGENT_BAD_REQUEST', `${source.engine} is no engine of this machine.`);
    const engine = createEngineClient(address);
    const stop = new AbortController();
    const current: Followed = { source, engine, stop, done: Promise.resolve() };
    current.done = follow(current);
    followed = current;
  }

  async function end(): Promise<void> {
    followed?.stop.abort();
    await followed?.done;
    await Promise.all([...tails.values()].map((tail) => tail.close()));
    tails.clear();
    followed?.engine.close();
    followed = undefined;
  }

  const known = containerSource.safeParse(await readStateFile(stateFile));
  if (known.success) begin(known.data);
  // An event that was lost with a connection is made up for.
  const timer = setInterval(() => {
    const current = followed;
    if (current !== undefined) inTurn(() => look(current)).catch(() => undefined);
  }, LOOK_MS);
  timer.unref();

  async function drain(instance: string): Promise<void> {
    const current = followed;
    if (current === undefined) return;
    await inTurn(() => look(current));
    const own = [...tails].filter(([name]) => name.slice(0, name.lastIndexOf('.')) === instance);
    await Promise.all(own.map(([, tail]) => tail.drain()));
  }

  /** Whether any container is known, of this life or of an earlier one: an engine that was taken off the machine has none. */
  async function knowsAny(): Promise<boolean> {
    return (await readdir(folder, { withFileTypes: true })).some((entry) => entry.isDirectory());
  }

  return {
    async setSource(source) {
      if (JSON.stringify(followed?.source) === JSON.stringify(source)) return;
      await end();
      begin(source);
      await writeStateFile(stateFile, source);
    },
    drain,
    async endAll(signal) {
      if (followed === undefined) return { instances: 0, failure: null };
      const { engine, source } = followed;
      let instances = 0;
      try {
        await endContainers({ engine, source, drain, onEnded: () => instances++, logger, signal });
        return { instances, failure: null };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        const isAway = error.status === 0 && !(error instanceof EngineHangsError);
        if (isAway && !(await knowsAny())) return { instances, failure: null };
        return { instances, failure: { message: error.message, engine: source.engine, label: source.label } };
      }
    },
    async close() {
      clearInterval(timer);
      await end();
    },
  };
}
