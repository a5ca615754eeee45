import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentLogger } from '../agent-logger.ts';
import { type EngineClient, EngineError } from '../engine/engine.ts';
import { type InstanceLog, type OutputSink, openInstanceLog } from '../instances/instance-log.ts';
import { openIntake, rawPaths, readPlace } from './container-intake.ts';
import { readContainerLog } from './container-log.ts';
import type { LogPlace } from './log-place.ts';

const RETRY_MS = 1000;

export interface ContainerTailOptions {
  engine: EngineClient;
  containerId: string;
  /** Of this container alone: raw output on its way to the log, and how far it has come. */
  folder: string;
  key: string;
  instance: string;
  labels: Record<string, string>;
  sink: OutputSink;
  logger: AgentLogger;
}

/**
 * Brings what a container prints into its log, each line once, whoever of the agent and the engine ends in between. The bytes
 * go through a file, as those of a process do: the log keeps its place in it. A place in the engine's own log is a time, and
 * the length that the file has at that time; what the file is longer by after a crash is what is left out then.
 */
export class ContainerTail {
  readonly #options: ContainerTailOptions;
  readonly #closed = new AbortController();
  #log: InstanceLog | undefined;
  /** Undefined: what was written down last is to be read again. */
  #place: LogPlace | undefined;
  #following: AbortController | undefined;
  #wake: () => void = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;

  constructor(options: ContainerTailOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The container was started again, perhaps: looks for more. */
  wake(): void {
    this.#wake();
  }

  /** Returns once everything that the container has printed so far is stored. */
  async drain(): Promise<void> {
    this.#following?.abort();
    await this.#inTurn(() => this.#read(false));
    await this.#log?.drain();
    this.wake();
  }

  /** Stops; what is not taken over yet is, by the next tail of this container. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#following?.abort();
    this.wake();
    await this.#running;
    await this.#turn;
    await this.#log?.close();
    this.#log = undefined;
  }

  /** The container is gone: forgets what was kept of it on the way. */
  async forget(): Promise<void> {
    await this.#log?.drain();
    await this.close();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      try {
        await this.#inTurn(() => this.#read(true));
        await woken;
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        // The engine is away, or the container is: who looks after containers knows which.
        if (!(error instanceof EngineError)) {
          this.#options.logger.warn(
            { err: error, instance: this.#options.instance },
            'output of a container is not read',
          );
        }
        await Promise.race([woken, sleep(RETRY_MS, undefined, { ref: false })]);
      }
    }
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const run = this.#turn.then(work);
    this.#turn = run.catch(() => undefined);
    await run;
  }

  async #open(): Promise<InstanceLog> {
    if (this.#log !== undefined) return this.#log;
    const { folder, key, instance, labels, sink, logger } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#log = openInstanceLog({ sink, key, instance, labels, ...rawPaths(folder), logger });
    return this.#log;
  }

  /** Reads from the place on; with `follow` until the container ends or somebody else wants its turn. */
  async #read(follow: boolean): Promise<void> {
    if (this.#closed.signal.aborted && follow) return;
    const log = await this.#open();
    const { engine, containerId, folder } = this.#options;
    const controller = new AbortController();
    const { signal } = controller;
    this.#following = follow ? controller : undefined;
    const place = (this.#place ??= await readPlace(folder));
    const intake = await openIntake(folder, place, log);
    let isTaken = true;
    try {
      for await (const part of readContainerLog({ engine, containerId, place, follow, signal })) {
        isTaken = false;
        await intake.take(part);
        isTaken = true;
      }
    } catch (error) {
      // Of what was taken, not all may have come into the file, which a full disk can be the reason for.
      if (!isTaken) this.#place = undefined;
      if (!isTaken || !signal.aborted) throw error;
    } finally {
      if (isTaken) await intake.save();
      await intake.close();
    }
  }
}
