import type { EngineClient } from '@davit/agent/engine';
import { isGivenUp, isLeftEnded } from './container-state.ts';
import { type ContainerDetails, engineEvent } from './engine-answers.ts';

/** What ended a container that did not end by itself: its engine, or somebody with `docker stop` or `docker kill`. */
export type Interruption = 'with-engine' | 'by-hand';

/** After these the engine restarts nothing. It counts only SIGKILL and the signal that the container is to be stopped with. */
const stoppingSignals = new Set(['9', '15']);

/** The engine tells of a signal once it has sent it, which can be after the end that it made. */
const tellsWithinMs = 1000;

/** An engine that ends takes its containers along, and starts only some of them again. */
function endedWithEngine({ State: state }: ContainerDetails, engineSince: Date | undefined): boolean {
  return engineSince !== undefined && Date.parse(state.FinishedAt) <= engineSince.getTime();
}

/**
 * Whether the engine would have restarted a container that ended by itself as this one did: then somebody has told it not to.
 * It says so nowhere else. Undefined: it would not have, so that this tells nothing.
 */
function wasHeldBack({ State: state, HostConfig: host }: ContainerDetails): boolean | undefined {
  // It tried, and could not.
  if (state.Error !== '') return false;
  const { Name: policy } = host.RestartPolicy;
  return policy === 'always' || (policy === 'on-failure' && state.ExitCode !== 0) ? true : undefined;
}

const inSeconds = (ms: number) => (ms / 1000).toFixed(3);

/** Tells containers that were ended from those that ended by themselves: those ran out of restarts, or have done their work. */
export function createInterruptions(engine: EngineClient) {
  /** By container: when it ended, and whether somebody did it. It does not change. */
  const judged = new Map<string, { finishedAt: string; isByHand: boolean }>();

  /** Asks for what the engine remembers of it: its last 256 events, of all that it keeps. */
  async function wasSignaled({ Id: id, State: state }: ContainerDetails, signal: AbortSignal): Promise<boolean> {
    const query = {
      since: inSeconds(Date.parse(state.StartedAt)),
      until: inSeconds(Date.parse(state.FinishedAt) + tellsWithinMs),
      filters: JSON.stringify({ container: [id], event: ['kill'] }),
    };
    let rest = '';
    for await (const chunk of await engine.stream('/events', { query, signal })) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      const events = lines.filter((line) => line.trim() !== '').map((line) => engineEvent.parse(JSON.parse(line)));
      if (events.some(({ Actor: { Attributes: of } }) => stoppingSignals.has(of['signal'] ?? ''))) return true;
    }
    return false;
  }

  async function isByHand(details: ContainerDetails, signal: AbortSignal): Promise<boolean> {
    const heldBack = wasHeldBack(details);
    if (heldBack !== undefined) return heldBack;
    const { FinishedAt: finishedAt } = details.State;
    const known = judged.get(details.Id);
    if (known?.finishedAt === finishedAt) return known.isByHand;
    const verdict = await wasSignaled(details, signal);
    judged.set(details.Id, { finishedAt, isByHand: verdict });
    return verdict;
  }

  return {
    /** Undefined: it runs, or has ended by itself. `engineSince`: since when its engine runs. */
    async find(
      details: ContainerDetails,
      engineSince: () => Promise<Date | undefined>,
      signal: AbortSignal,
    ): Promise<Interruption | undefined> {
      if (details.State.Status !== 'exited') return undefined;
      if (endedWithEngine(details, await engineSince())) return 'with-engine';
      // By davit itself.
      if (isGivenUp(details) || isLeftEnded(details)) return undefined;
      return (await isByHand(details, signal)) ? 'by-hand' : undefined;
    },

    forget: (containerId: string): void => void judged.delete(containerId),
  };
}
