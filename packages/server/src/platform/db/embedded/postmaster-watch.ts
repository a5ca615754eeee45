import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../kernel/logger.ts';
import { findLockHolder } from './postmaster-lock.ts';
import { findProcessStart } from './process-start.ts';
import type { RunningPostmaster } from './run-postmaster.ts';

const WATCH_MS = 500;
const MAX_BACKOFF_MS = 30_000;

export interface PostmasterState {
  state: 'running' | 'restarting' | 'stopped';
  pid: number | undefined;
  /** How often this process had to start it again. */
  restarts: number;
}

export interface PostmasterWatch {
  state(): PostmasterState;
  /** Resolves when it will start nothing any more. */
  end(): Promise<void>;
}

/**
 * Looks twice a second whether the postmaster is there (it may not be our child, so there is no event to wait for), and
 * runs it again when it died, with a growing pause between attempts that fail.
 */
export function watchPostmaster(options: {
  pid: number;
  dataFolder: string;
  run: () => Promise<RunningPostmaster>;
  logger: Logger;
}): PostmasterWatch {
  const { dataFolder, run, logger } = options;
  const stopping = new AbortController();
  let current: PostmasterState = { state: 'running', pid: options.pid, restarts: 0 };
  let backoffMs = WATCH_MS;
  let known: { pid: number; start: string } | undefined;

  /** Whose process it is is looked up once; from then on its start time tells it from another, by reading one small file. */
  async function isThere(pid: number): Promise<boolean> {
    const start = process.platform === 'linux' ? findProcessStart(pid) : undefined;
    if (start !== undefined && known?.pid === pid && known.start === start) return true;
    if ((await findLockHolder(pid, dataFolder)) !== 'postmaster') return false;
    if (start !== undefined) known = { pid, start };
    return true;
  }

  async function restart(): Promise<void> {
    logger.error({ pid: current.pid }, 'PostgreSQL is gone: it is started again');
    current = { ...current, state: 'restarting', pid: undefined };
    try {
      const { lock } = await run();
      current = { state: 'running', pid: lock.pid, restarts: current.restarts + 1 };
      backoffMs = WATCH_MS;
      logger.info({ pid: lock.pid }, 'PostgreSQL answers again');
    } catch (thrown) {
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      logger.error({ err: thrown, retryInMs: backoffMs }, 'PostgreSQL could not be started again');
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(backoffMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted) return;
      const { pid } = current;
      if (pid === undefined || !(await isThere(pid))) await restart();
    }
  }

  const watching = watch();
  return {
    state: () => current,
    async end() {
      stopping.abort();
      await watching;
      current = { ...current, state: 'stopped', pid: undefined };
    },
  };
}
