import type { AgentLogger } from '../agent-logger.ts';
import { type Ending, toProcessExit } from '../process/process-exit.ts';
import type { ProcessEnd, TrackedProcess } from '../process/tracked-process.ts';
import type { DiskWatch } from '../state/disk-watch.ts';
import type { CommandRecord } from './command-record.ts';

/** From SIGTERM to SIGKILL when a command's time is over. */
const TIMEOUT_GRACE_MS = 2000;

/** Longest delay that a timer of Node takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where its own words about it have no room either. */
const diskWasFull = 'The disk that its output goes to was full meanwhile: lines may be missing.';

/** A command whose process exists, or did when the agent came back. */
export interface RunningCommand {
  readonly process: TrackedProcess;
  /** Resolves when the record says how it ended. Never rejects. */
  readonly finished: Promise<ProcessEnd>;
  /** Resolves when that is on disk too: nobody has to wait for it, since the exit file says the same. Never rejects. */
  readonly saved: Promise<void>;
  /** Ends the whole tree and resolves when nothing of it is left; the first reason given stays. */
  end(reason: Ending, graceMs: number): Promise<void>;
}

export interface RunningCommandOptions {
  /** Changed in place as things happen. */
  record: CommandRecord;
  process: TrackedProcess;
  stderr: string;
  disk: DiskWatch;
  save(record: CommandRecord): Promise<void>;
  logger: AgentLogger;
}

/** Watches one command: its time limit, its end, and what is written down of both. */
export function createRunningCommand(options: RunningCommandOptions): RunningCommand {
  const { record, process, logger } = options;
  let timer: NodeJS.Timeout | undefined;

  /** A full disk must not keep anyone waiting: the exit file says the same again after a restart. */
  async function saveOrLog(): Promise<void> {
    try {
      await options.save(record);
    } catch (thrown) {
      logger.error({ id: record.id, err: thrown }, 'the state of a command could not be written');
    }
  }

  async function finish(): Promise<ProcessEnd> {
    const end = await process.ended;
    clearTimeout(timer);
    const context = {
      ending: record.ending,
      limits: record.limits,
      timeoutMs: record.timeoutMs,
      stderr: options.stderr,
    };
    const exit = toProcessExit(end, context);
    const isShort = options.disk.wasFullSince(Date.parse(record.startedAt));
    record.exit = isShort ? { ...exit, detail: `${exit.detail} ${diskWasFull}`, diskWasFull: true } : exit;
    return end;
  }
  const finished = finish();
  const saved = finished.then(saveOrLog);

  async function end(reason: Ending, graceMs: number): Promise<void> {
    if (record.exit === null) {
      if (record.ending === null) {
        record.ending = reason;
        await saveOrLog();
      }
      await process.terminate(graceMs);
    }
    await finished;
  }

  if (record.ending !== null) {
    // The agent died in the middle of ending it.
    void end(record.ending, 0);
  } else if (record.timeoutMs !== undefined) {
    const left = Date.parse(record.startedAt) + record.timeoutMs - Date.now();
    timer = setTimeout(() => void end('timeout', TIMEOUT_GRACE_MS), Math.min(LONGEST_TIMER_MS, Math.max(0, left)));
    timer.unref();
  }
  return { process, finished, saved, end };
}
