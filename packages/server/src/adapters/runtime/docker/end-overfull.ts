import { type EngineClient, EngineError } from '@davit/agent/engine';
import type { RuntimeInstance } from '../runtime.ts';
import type { ContainerExecutor } from './container-executor.ts';
import { mebibytes } from './container-state.ts';
import { fromContainerLabels, label } from './instance-labels.ts';
import { renewContainer } from './renew-container.ts';
import { findContainer } from './start-container.ts';

/**
 * One that filled its disk within this time of its start did so "in a row". Looks come once a minute, so the minute that
 * counts elsewhere would never be under-run.
 */
const soonMs = 10 * 60_000;
/** It goes on writing while it ends. */
const longestGraceMs = 10_000;

export interface OverfullOptions {
  engine: EngineClient;
  commands: Pick<ContainerExecutor, 'cut'>;
  /** Nobody else starts or stops the instance meanwhile. */
  lock: <T>(instanceId: string, work: () => Promise<T>) => Promise<T>;
  drainLogs: (instanceId: string, signal: AbortSignal) => Promise<void>;
  say: (instance: Pick<RuntimeInstance, 'id' | 'labels'>, content: string, signal: AbortSignal) => Promise<void>;
  limitBytes: number;
}

/** Ends a container that has written more than it may. An instance begins anew with nothing written, as often as it may restart. */
export function createOverfullEnd({ engine, commands, lock, drainLogs, say, limitBytes }: OverfullOptions) {
  async function endInstance(containerId: string, detail: string, signal: AbortSignal): Promise<void> {
    const details = await findContainer(engine, containerId, signal);
    // Somebody else was there first.
    if (details === undefined || !['running', 'restarting', 'paused'].includes(details.State.Status)) return;
    const { id, labels, restart, stopGraceMs, formerEnd } = fromContainerLabels(details.Config.Labels ?? {});
    const isSoon = Date.now() - Date.parse(details.State.StartedAt) < soonMs;
    const inARow = isSoon ? formerEnd.inARow + 1 : 1;
    const isGivenUp = restart.policy === 'never' || inARow > restart.maxRestarts;
    const restarts = formerEnd.restarts + details.RestartCount + (isGivenUp ? 0 : 1);
    const next = isGivenUp ? 'It is not started again.' : 'It is started again with an empty one.';
    await say({ id, labels }, `${detail} ${next}`, signal);
    const query = { t: String(Math.ceil(Math.min(stopGraceMs, longestGraceMs) / 1000)) };
    await engine.call(`/containers/${containerId}/stop`, { method: 'POST', query, signal });
    await drainLogs(id, signal);
    await renewContainer(engine, containerId, { detail, restarts, inARow, isGivenUp }, signal);
  }

  return async (containerId: string, writtenBytes: number, signal: AbortSignal): Promise<void> => {
    const detail = `It was ended because it wrote ${mebibytes(writtenBytes)} to its own disk, of which it may use ${mebibytes(limitBytes)}: keep less there, or have the operator raise SERVICE_DISK_MB.`;
    const found = await findContainer(engine, containerId, signal);
    if (found === undefined) return;
    const labels = found.Config.Labels ?? {};
    try {
      if (labels[label.command] !== undefined) await commands.cut(containerId, detail, signal);
      else await lock(labels[label.instance] ?? '', () => endInstance(containerId, detail, signal));
    } catch (error) {
      // Removed meanwhile, as by a deployment: then it writes no more.
      if (!(error instanceof EngineError) || error.status !== 404) throw error;
    }
  };
}
