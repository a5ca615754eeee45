import { rm } from 'node:fs/promises';
import type { AgentLogger } from '../agent-logger.ts';
import { neverRan } from '../process/exit-file.ts';
import { oomScores } from '../process/oom-score.ts';
import { startFailure, toProcessExit } from '../process/process-exit.ts';
import type { ProcessKeeper } from '../process/process-keeper.ts';
import type { ProcessEnd, TrackedProcess } from '../process/tracked-process.ts';
import { isAgentError } from '../protocol/agent-error.ts';
import type { InstanceState, InstanceStatus, ProcessExit } from '../protocol/protocol.ts';
import type { InstanceLog } from './instance-log.ts';
import type { InstanceRecord } from './instance-record.ts';
import { restartDelay, STABLE_AFTER_MS } from './restart-backoff.ts';

export interface InstanceOptions {
  /** Changed in place as things happen. */
  record: InstanceRecord;
  /** Undefined when it is not known (any more). */
  env: Readonly<Record<string, string>> | undefined;
  files: { stdout: string; stderr: string; exitFile(): string };
  keeper: ProcessKeeper;
  log: InstanceLog;
  save: (record: InstanceRecord) => Promise<void>;
  /** Runs work of this instance when no other work on it is under way. */
  inTurn: (work: () => Promise<void>) => void;
  logger: AgentLogger;
}

/** One instance: a process that is started again when it ends, until it is told to stop. */
export class Instance {
  readonly record: InstanceRecord;
  readonly #options: InstanceOptions;
  #env: Readonly<Record<string, string>> | undefined;
  #process: TrackedProcess | undefined;
  #handled: Promise<void> = Promise.resolve();
  #state: InstanceState;
  #timer: NodeJS.Timeout | undefined;
  #nextRestartAt: string | null = null;
  /** No process is started any more: it is being removed, or the agent is on its way out. */
  #closed = false;

  constructor(options: InstanceOptions) {
    this.record = options.record;
    this.#options = options;
    this.#env = options.env;
    this.#state = options.record.final ?? (options.env ? 'starting' : 'needs-spec');
  }

  status(): InstanceStatus {
    const { id, spec, port, startedAt, restarts, lastExit } = this.record;
    const pid = this.#process?.stored.identity.pid ?? null;
    const nextRestartAt = this.#nextRestartAt;
    const facts = { pid, port, startedAt, restarts, lastExit, nextRestartAt };
    return { id, group: spec.group, labels: spec.labels, state: this.#state, ...facts };
  }

  get process(): TrackedProcess | undefined {
    return this.#process;
  }

  /** What its process has been given; undefined while that is not known. */
  get environment(): Readonly<Record<string, string>> | undefined {
    const { port } = this.record;
    return this.#env && { ...this.#env, ...(port === null ? {} : { PORT: String(port) }) };
  }

  needsEnvironment(): boolean {
    return this.#env === undefined && this.record.final === null;
  }

  /**
   * Starts the process.
   * @param asked somebody waits for the answer and is told what is wrong with the spec; else that is a failed start
   * @throws AgentError AGENT_BAD_REQUEST when its folders or limits cannot be given
   */
  async start(asked: boolean): Promise<void> {
    const { keeper, files, save, log } = this.#options;
    const { spec, id } = this.record;
    this.#state = 'starting';
    this.#nextRestartAt = null;
    const env = this.environment ?? {};
    try {
      const process = await keeper.start({
        name: `i.${id}`,
        spec: { ...spec, env },
        stdout: files.stdout,
        stderr: files.stderr,
        exitFile: files.exitFile(),
        oomScore: oomScores.instance,
        record: async (stored) => {
          Object.assign(this.record, { process: stored, startedAt: stored.startedAt });
          await save(this.record);
        },
      });
      this.#attend(process);
      this.#state = 'running';
    } catch (thrown) {
      this.record.process = null;
      if (asked && isAgentError(thrown, 'AGENT_BAD_REQUEST')) throw thrown;
      const exit = startFailure(thrown);
      await log.say(exit.detail);
      await this.#decide(exit, 0);
    }
  }

  /** Takes over the process that an earlier life of the agent started. */
  adopt(): void {
    const stored = this.record.process;
    if (stored) this.#attend(this.#options.keeper.adopt(stored), true);
  }

  /** Fills in what is not kept on disk; starts the instance when it should run and does not. */
  async supply(env: Readonly<Record<string, string>>): Promise<void> {
    this.#env = env;
    if (this.#process) {
      this.#state = 'running';
      return;
    }
    try {
      await this.start(true);
    } catch (thrown) {
      this.#env = undefined;
      this.#state = 'needs-spec';
      throw thrown;
    }
  }

  /** Ends the process, if any, and starts none again. Resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.detach();
    if (this.#process) {
      this.#state = 'stopping';
      await this.#process.terminate(this.record.spec.stopGraceMs);
    }
    await this.#handled;
    this.#state = 'stopped';
  }

  /** Leaves the process alone and does nothing more about it. */
  detach(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#nextRestartAt = null;
  }

  #attend(process: TrackedProcess, adopted = false): void {
    this.#process = process;
    this.#handled = process.ended.then((end) =>
      adopted && neverRan(end) ? this.#startAnew(process) : this.#onEnd(process, end),
    );
  }

  /** The agent died between writing a process down and letting it run: that is no end of the user's program, nor a restart. */
  async #startAnew(process: TrackedProcess): Promise<void> {
    this.#process = undefined;
    this.record.process = null;
    if (!this.#closed) {
      this.#state = this.#env ? 'starting' : 'needs-spec';
      this.#options.inTurn(async () => {
        if (this.#env && !this.#closed && !this.#process) await this.start(false);
      });
    }
    await rm(process.stored.exitFile, { force: true }).catch((thrown: unknown) =>
      this.#options.logger.warn({ id: this.record.id, err: thrown }, 'an exit file could not be removed'),
    );
  }

  async #onEnd(process: TrackedProcess, end: ProcessEnd): Promise<void> {
    const { log, files, logger } = this.#options;
    const stopping = this.#state === 'stopping';
    const { limits } = this.record.spec;
    const exit = toProcessExit(end, { ending: stopping ? 'stopped' : null, limits, stderr: files.stderr });
    this.#process = undefined;
    this.record.process = null;
    try {
      if (!stopping) await log.say(exit.detail);
      if (this.#closed) {
        this.record.lastExit = exit;
        await this.#options.save(this.record);
      } else await this.#decide(exit, Math.max(0, end.at.getTime() - Date.parse(process.stored.startedAt)));
      await rm(process.stored.exitFile, { force: true });
    } catch (thrown) {
      logger.error({ id: this.record.id, err: thrown }, 'the end of an instance could not be written down');
    }
  }

  /** What follows an end: another start, soon or later, or none. */
  async #decide(exit: ProcessExit, ranMs: number): Promise<void> {
    const { record } = this;
    const { policy, maxRestarts } = record.spec.restart;
    record.lastExit = exit;
    if (ranMs >= STABLE_AFTER_MS) record.restartsInARow = 0;
    const succeeded = exit.reason === 'exited' && exit.code === 0;
    if (policy === 'never' || (policy === 'on-failure' && succeeded)) record.final = succeeded ? 'stopped' : 'failed';
    else if (record.restartsInARow >= maxRestarts) {
      record.final = 'failed';
      await this.#options.log.say(`Given up after ${record.restartsInARow} restarts in a row.`);
    }
    if (record.final) this.#state = record.final;
    else if (this.#env === undefined) this.#state = 'needs-spec';
    else this.#backOff();
    await this.#options.save(record);
  }

  #backOff(): void {
    const delay = restartDelay(this.record.restartsInARow, Math.random());
    this.#state = 'backing-off';
    this.#nextRestartAt = new Date(Date.now() + delay).toISOString();
    this.#timer = setTimeout(() => {
      this.#options.inTurn(async () => {
        if (this.#closed) return;
        this.record.restarts++;
        this.record.restartsInARow++;
        await this.start(false);
      });
    }, delay);
    this.#timer.unref();
  }
}
