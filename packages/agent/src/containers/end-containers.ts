import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentLogger } from '../agent-logger.ts';
import { type EngineCall, type EngineClient, EngineError, endingMark } from '../engine/engine.ts';
import type { ContainerSource } from '../protocol/protocol.ts';

/** For the last output of a container on its way to its log: a log that cannot be written must not keep a container. */
const DRAIN_MS = 10_000;

/** Those that run, or that the engine would run again by itself. */
const status = ['running', 'restarting', 'paused'];

const listed = z.array(z.object({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }));
type Listed = z.infer<typeof listed>[number];

export interface EndContainersOptions {
  engine: EngineClient;
  source: ContainerSource;
  /** Returns once everything that the container of this instance has printed is stored. */
  drain: (instance: string) => Promise<void>;
  /** An instance has ended. */
  onEnded: () => void;
  logger: AgentLogger;
  signal: AbortSignal;
}

/**
 * Ends the containers of a source, all at once, each with the time that it was made with (`StopTimeout`). An instance is taken
 * away then, and marked before, so that one that has only stopped does not count as stopped by hand. A command stays, for whoever
 * comes for how it ended. Killed at any moment, it is done by doing it again.
 * @throws EngineError
 */
export async function endContainers(options: EndContainersOptions): Promise<void> {
  const { engine, source, drain, onEnded, logger, signal } = options;

  async function call(path: string, call: EngineCall): Promise<void> {
    await engine.call(path, { ...call, signal }).catch((error: unknown) => {
      // It is gone, or somebody is removing it.
      if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error;
    });
  }

  async function drainFor(instance: string): Promise<void> {
    const late = sleep(DRAIN_MS, undefined, { ref: false }).then(() => {
      throw new Error('its log does not take it');
    });
    await Promise.race([drain(instance), late]).catch((error: unknown) => {
      logger.warn({ err: error, instance }, 'the last output of a container may be missing in its log');
    });
  }

  async function end({ Id: id, Labels: labels }: Listed): Promise<void> {
    const instance = labels?.[source.instanceLabel];
    if (instance !== undefined) {
      // Without the mark it ends all the same.
      await call(`/containers/${id}/update`, { method: 'POST', body: { RestartPolicy: endingMark } }).catch(
        (error: unknown) => logger.warn({ err: error, instance }, 'a container that is to end could not be marked'),
      );
    }
    await call(`/containers/${id}/stop`, { method: 'POST' });
    if (instance === undefined) return;
    await drainFor(instance);
    await call(`/containers/${id}`, { method: 'DELETE', query: { force: 'true', v: 'true' } });
    onEnded();
  }

  for (;;) {
    const filters = JSON.stringify({ label: [source.label], status });
    const running = listed.parse(await engine.call('/containers/json', { query: { all: 'true', filters }, signal }));
    if (running.length === 0) return;
    // All of them, also where one cannot be ended.
    const results = await Promise.allSettled(running.map(end));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
