import type { Pool } from 'pg';
import type { Logger } from '../../kernel/logger.ts';
import type { Execution } from './run-execution.ts';
import { findCancelRequested, renewLeases } from './run-lease.ts';
import type { RunSettings } from './run-settings.ts';

export interface LeaseKeeper {
  start(): void;
  stop(): void;
  /** A lease that was asked for at `at` (of `performance.now()`). */
  add(execution: Execution, at: number): void;
  remove(execution: Execution): void;
}

/** How soon a lease is asked for again that could not be renewed. */
const BUSY_MS = 500;

/**
 * Keeps the leases of the runs that are worked on, and hears of cancels. It counts a lease as lost by its own clock too:
 * a worker that was frozen, or cannot reach the database, must stop when another may have begun.
 */
export function createLeaseKeeper(options: { pool: Pool; settings: RunSettings; logger: Logger }): LeaseKeeper {
  const { pool, settings, logger } = options;
  const renewedAt = new Map<Execution, number>();
  let renewTimer: NodeJS.Timeout | undefined;
  let watchTimer: NodeJS.Timeout | undefined;
  let polling = false;
  let stopped = true;

  function kept(): Execution[] {
    return [...renewedAt.keys()].filter((execution) => !execution.lost);
  }

  function lose(execution: Execution, how: string): void {
    if (execution.lost) return;
    logger.warn({ runId: execution.claim.id, how }, 'lease lost');
    execution.interrupt('lease-lost');
  }

  async function renew(): Promise<boolean> {
    const executions = new Map(kept().map((execution) => [execution.claim.id, execution]));
    if (executions.size === 0) return true;
    const leases = [...executions.values()].map(({ claim }) => ({ runId: claim.id, token: claim.token }));
    const at = performance.now();
    const answers = await renewLeases(pool, leases, settings.leaseMs);
    for (const answer of answers) {
      const execution = executions.get(answer.runId);
      // One that has ended meanwhile holds no lease, and has not lost it either.
      if (!execution || !renewedAt.has(execution)) continue;
      if (answer.state === 'lost') lose(execution, 'taken over or lapsed');
      if (answer.state === 'renewed') renewedAt.set(execution, at);
      if (answer.cancelRequested) execution.interrupt('canceled');
    }
    return answers.every((answer) => answer.state !== 'busy');
  }

  async function renewAndPlan(): Promise<void> {
    const all = await renew().catch((thrown: unknown) => {
      logger.warn({ err: thrown }, 'leases cannot be renewed');
      return false;
    });
    if (!stopped) renewTimer = setTimeout(() => void renewAndPlan(), all ? settings.renewEveryMs : BUSY_MS);
  }

  /** The poll behind the notification of a cancel. Its timer also finds leases that lapsed while a renewal hangs. */
  async function watch(): Promise<void> {
    for (const execution of kept()) {
      if (performance.now() - (renewedAt.get(execution) ?? 0) > settings.leaseMs)
        lose(execution, 'not renewed in time');
    }
    const executions = kept();
    if (polling || executions.length === 0) return;
    polling = true;
    try {
      const ids = await findCancelRequested(
        pool,
        executions.map((execution) => execution.claim.id),
      );
      for (const execution of executions) if (ids.includes(execution.claim.id)) execution.interrupt('canceled');
    } catch (thrown) {
      logger.warn({ err: thrown }, 'cancels cannot be read');
    } finally {
      polling = false;
    }
  }

  return {
    start() {
      stopped = false;
      renewTimer = setTimeout(() => void renewAndPlan(), settings.renewEveryMs);
      watchTimer = setInterval(() => void watch(), settings.cancelPollEveryMs);
    },
    stop() {
      stopped = true;
      clearTimeout(renewTimer);
      clearInterval(watchTimer);
    },
    add: (execution, at) => void renewedAt.set(execution, at),
    remove: (execution) => void renewedAt.delete(execution),
  };
}
