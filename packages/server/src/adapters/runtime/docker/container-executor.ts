import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineClient, EngineError } from '@davit/agent/engine';
import { AppError } from '../../../kernel/app-error.ts';
import { createKeyedLock } from '../../../kernel/keyed-lock.ts';
import type { ContainerCommand, Executor } from '../../executor/executor.ts';
import { isUnderWay, lostCommand, timeLeft, toCommandLabels, toExecutorStatus } from './command-status.ts';
import { type OutputPlace, readOutput } from './container-output.ts';
import { type ContainerPlace, toCommandSpec } from './container-spec.ts';
import { type ContainerDetails, containerList } from './engine-answers.ts';
import type { EnvironmentNetworks } from './environment-networks.ts';
import { label } from './instance-labels.ts';
import { type ContainerStarter, containerName, findContainer, removeContainer } from './start-container.ts';

/** From SIGTERM to SIGKILL for one that has run out of time, or is not wanted any more. */
const graceSeconds = 5;
const retryMs = 1000;
/** Until an engine that has told the end of a container's output says that it has ended. */
const settleMs = 10;
/** Longest time that a timer of Node takes, about. */
const longestMs = 2 ** 31 - 1;

export interface ContainerExecutorOptions {
  engine: EngineClient;
  installation: () => Promise<string>;
  networks: EnvironmentNetworks;
  starter: ContainerStarter;
  /** So much may a command print in each of its streams, as the engine keeps it. Default 1 GiB. */
  outputLimitBytes?: number;
}

/** Commands in containers. */
export interface ContainerExecutor extends Executor<ContainerCommand> {
  /** Ends one for a reason, one sentence, which its status then tells; `containerId`: the engine's. */
  cut(containerId: string, why: string, signal: AbortSignal): Promise<void>;
}

/** Goes on asking an engine that is away for a moment: what runs there may have outlived it. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError) || error.code !== 'RUNTIME_UNREACHABLE') throw error;
      await sleep(retryMs, undefined, { signal });
    }
  }
}

/**
 * Runs each command in a container of its own. The engine itself is who keeps it: a container, its output and its exit code
 * outlive any crash of davit, are found again by their name, and go only when they are removed.
 */
export function createContainerExecutor(options: ContainerExecutorOptions): ContainerExecutor {
  const { engine, installation, networks, starter, outputLimitBytes = 1024 * 1024 * 1024 } = options;
  const lock = createKeyedLock();
  /** Why those were ended that were, by container: of what was printed, who reads it from its beginning finds the same. */
  const cuts = new Map<string, string>();

  const nameOf = async (id: string) => containerName(await installation(), `command-${id}`);
  const look = async (id: string, signal: AbortSignal) => await findContainer(engine, await nameOf(id), signal);
  const statusOf = (details: ContainerDetails) => toExecutorStatus(details, cuts.get(details.Id));

  async function end(containerId: string, seconds: number, signal: AbortSignal): Promise<void> {
    const query = { t: String(seconds) };
    await engine.call(`/containers/${containerId}/stop`, { method: 'POST', query, signal }).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error.status !== 404) throw error;
    });
  }

  /** Ends a command whose time is over. @returns whether it was */
  async function endLate(details: ContainerDetails, signal: AbortSignal): Promise<boolean> {
    if (timeLeft(details) > 0) return false;
    await end(details.Id, graceSeconds, signal);
    return true;
  }

  const untilLate = (details: ContainerDetails, signal: AbortSignal) =>
    AbortSignal.any([signal, AbortSignal.timeout(Math.min(longestMs, Math.max(1, timeLeft(details))))]);

  async function* follow(id: string, stream: 'stdout' | 'stderr', offset: number, signal: AbortSignal) {
    const place: OutputPlace = { at: '', count: 0 };
    let toSkip = offset;
    let cost = 0;
    for (;;) {
      const details = await patiently(() => look(id, signal), signal);
      if (details === undefined) return;
      const isOver = !isUnderWay(details);
      if (!isOver && (await endLate(details, signal))) continue;
      const within = isOver ? signal : untilLate(details, signal);
      const reading = { engine, containerId: details.Id, stream, place, follow: !isOver, signal: within };
      try {
        for await (const piece of readOutput(reading)) {
          cost += piece.cost;
          if (cost > outputLimitBytes) {
            cuts.set(details.Id, `It was ended because it printed more than ${outputLimitBytes / 1024 / 1024} MiB.`);
            await end(details.Id, 0, signal);
            return;
          }
          const fresh = piece.bytes.subarray(Math.min(toSkip, piece.bytes.length));
          toSkip -= piece.bytes.length - fresh.length;
          if (fresh.length > 0) yield fresh;
        }
        // An engine may end an answer before it has given the last lines: they are asked for once it has ended.
        if (isOver) return;
        await sleep(settleMs, undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        // Gone, or going: the next look tells.
        const isGone = error instanceof EngineError && (error.status === 404 || error.status === 409);
        if (error instanceof EngineError && error.status >= 400 && !isGone) throw error;
        if (!within.aborted) await sleep(retryMs, undefined, { signal });
      }
    }
  }

  const wait: ContainerExecutor['wait'] = async (id, signal) => {
    for (;;) {
      const details = await patiently(() => look(id, signal), signal);
      if (details === undefined) return lostCommand(id);
      if (!isUnderWay(details)) return statusOf(details);
      if (await endLate(details, signal)) continue;
      const within = untilLate(details, signal);
      await engine.call(`/containers/${details.Id}/wait`, { method: 'POST', signal: within }).catch(async () => {
        signal.throwIfAborted();
        // The engine went away, or the container did: the next look tells.
        if (!within.aborted) await sleep(retryMs, undefined, { signal });
      });
    }
  };

  return {
    async cut(containerId, why, signal) {
      cuts.set(containerId, why);
      await end(containerId, graceSeconds, signal);
    },
    start: async (id, command, signal) =>
      await lock(id, async () => {
        const known = await look(id, signal);
        // One that was made and not started has not run: whoever made it is gone.
        const hasBegun = known !== undefined && known.State.Status !== 'created';
        if (hasBegun) return statusOf(known);
        if (known !== undefined) await removeContainer(engine, known.Id, signal);
        const own = await installation();
        const { environmentId, serviceId, image } = command;
        const toSpec = (place: ContainerPlace) =>
          toCommandSpec(command, place, toCommandLabels(own, id, command, place.address));
        await starter.make({ name: await nameOf(id), image, environmentId, serviceId, toSpec }, signal);
        const details = await look(id, signal);
        return details === undefined ? lostCommand(id) : statusOf(details);
      }),
    wait,
    follow,
    async stop(id, graceMs, signal) {
      const details = await look(id, signal);
      if (details !== undefined) await end(details.Id, Math.ceil(graceMs / 1000), signal);
      return await wait(id, signal);
    },
    remove: async (id, signal) =>
      await lock(id, async () => {
        const details = await look(id, signal);
        if (details === undefined) return;
        if (isUnderWay(details)) await end(details.Id, graceSeconds, signal);
        await removeContainer(engine, details.Id, signal);
        cuts.delete(details.Id);
        await networks.removeEmpty(details.Config.Labels?.[label.environment] ?? '', signal);
      }),
    async list(signal) {
      const filters = JSON.stringify({ label: [`${label.installation}=${await installation()}`, label.command] });
      const answer = await engine.call('/containers/json', { query: { all: 'true', filters }, signal });
      const found = await Promise.all(containerList.parse(answer).map(({ Id }) => findContainer(engine, Id, signal)));
      return found.filter((details) => details !== undefined).map(statusOf);
    },
  };
}
