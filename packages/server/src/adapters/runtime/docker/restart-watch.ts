import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineClient, EngineError } from '@davit/agent/engine';
import type { Logger } from '../../../kernel/logger.ts';
import { type ContainerEnd, endOf, isGivenUp } from './container-state.ts';
import { containerDetails, engineEvent } from './engine-answers.ts';
import { fromContainerLabels, label } from './instance-labels.ts';

/** A run of this long shows that the instance works: the next failure counts as the first again. */
const stableAfterMs = 60_000;
const reconnectMs = 500;

interface Watched {
  end: ContainerEnd;
  /** Restarts before the present row of them. */
  base: number;
}

export interface RestartWatchOptions {
  engine: EngineClient;
  installation: () => Promise<string>;
  logger: Logger;
  /** Something about an instance changed. */
  onChanged: (serviceId: string) => void;
  /** The engine answers again after it did not: what ran may have ended. */
  onReturned: () => void;
}

/**
 * Follows what the engine tells about instances. The engine restarts them itself, whether davit runs or not, but only davit
 * gives up after so many failures in a row: the engine counts over a container's whole life, and an `always` has no end there.
 */
export function createRestartWatch({ engine, installation, logger, onChanged, onReturned }: RestartWatchOptions) {
  const stopped = new AbortController();
  const watched = new Map<string, Watched>();
  const oomKilled = new Set<string>();
  let following: Promise<void> | undefined;

  async function giveUp(id: string, signal: AbortSignal): Promise<void> {
    await engine.call(`/containers/${id}/update`, { method: 'POST', body: { RestartPolicy: { Name: 'no' } }, signal });
    // Ends the wait for the next restart.
    await engine.call(`/containers/${id}/stop`, { method: 'POST', query: { t: '0' }, signal });
  }

  async function onDied(id: string, code: number, signal: AbortSignal): Promise<void> {
    const details = containerDetails.parse(await engine.call(`/containers/${id}/json`, { signal }));
    const { State: state, RestartCount: count, HostConfig: host } = details;
    const outOfMemory = oomKilled.delete(id) || state.OOMKilled;
    const end = endOf(details) ?? { code, outOfMemory, memoryBytes: host.Memory, error: '' };
    if (isGivenUp(details)) return;
    const ranMs = Date.parse(state.FinishedAt) - Date.parse(state.StartedAt);
    // It is not restarted by the engine, which counts from 0 again when somebody starts it.
    const isOver = state.Status === 'exited';
    const known = isOver ? undefined : watched.get(id);
    const base = ranMs >= stableAfterMs && !isOver ? count : (known?.base ?? 0);
    watched.set(id, { end: { ...end, code, outOfMemory }, base });
    if (isOver) return;
    const { maxRestarts } = fromContainerLabels(details.Config.Labels ?? {}).restart;
    // The engine has counted the restart that it is about to make.
    if (host.RestartPolicy.Name !== 'no' && count - base > maxRestarts) await giveUp(id, signal);
  }

  async function onEvent(line: string, signal: AbortSignal): Promise<void> {
    const { Action: action, Actor: actor } = engineEvent.parse(JSON.parse(line));
    const { ID: id, Attributes: attributes } = actor;
    if (action === 'oom') oomKilled.add(id);
    if (action === 'die') await onDied(id, Number(attributes['exitCode'] ?? 0), signal);
    if (action === 'destroy') watched.delete(id);
    // Not `create` and `kill`: until it starts or dies, there is nothing about it to be repaired. One that waits for its next
    // restart can be stopped without dying.
    if (['start', 'die', 'stop', 'destroy', 'oom'].includes(action)) onChanged(attributes[label.service] ?? '');
  }

  async function follow(signal: AbortSignal, onConnected: () => void): Promise<void> {
    const filters = { type: ['container'], label: [`${label.installation}=${await installation()}`, label.instance] };
    const events = await engine.stream('/events', { query: { filters: JSON.stringify(filters) }, signal });
    onConnected();
    let rest = '';
    for await (const chunk of events) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.trim() !== '')) {
        await onEvent(line, signal).catch((error: unknown) => {
          // Removed while this looked at it.
          const isGone = error instanceof EngineError && error.status === 404;
          if (!isGone && !signal.aborted)
            logger.warn({ err: error }, 'an event of the Docker engine was not dealt with');
        });
      }
    }
  }

  async function followForEver(): Promise<void> {
    const { signal } = stopped;
    let isAway = false;
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      try {
        await follow(signal, () => {
          isAway = false;
          if (!isFirst) onReturned();
        });
      } catch (error) {
        // Said once, not with every try.
        if (!signal.aborted && !isAway) logger.warn({ err: error }, 'the Docker engine does not answer');
        isAway = true;
      }
      await sleep(reconnectMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  return {
    /** How the container last ended, when it was seen. */
    lastEnd: (containerId: string): ContainerEnd | undefined => watched.get(containerId)?.end,
    start() {
      following ??= followForEver();
    },
    async stop() {
      stopped.abort();
      await following;
    },
  };
}
