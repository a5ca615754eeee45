import { AgentError } from '../protocol/agent-error.ts';

export interface AgentWatchOptions {
  /** Something that an agent answers at once, however much it has to do. */
  readonly probe: () => Promise<unknown>;
  /** How long a look may take before the agent is asked whether it is there at all; 2 s. */
  slowMs?: number;
  /** How long that may take before the agent is taken to hang; 4 s. */
  probeMs?: number;
  /** How long it is remembered that the agent was away; 30 s. */
  memoryMs?: number;
}

const hangs = () => new DOMException('The agent of this machine has not answered for some time.', 'TimeoutError');

/**
 * Remembers for a while that the agent is away or hangs, so that of many who look only the first waits for it. An agent that is
 * away is tried each time, which costs nothing; one that hangs takes every connection, so that looks wait for none of its
 * answers until it has given one.
 */
export function createAgentWatch(options: AgentWatchOptions) {
  const { probe, slowMs = 2000, probeMs = 4000, memoryMs = 30_000 } = options;
  let awayUntil = 0;
  let probing: Promise<void> | undefined;
  /** Rejects once the agent is known to hang; undefined while nothing makes one think so. */
  let hanging: PromiseWithResolvers<never> | undefined;
  let isHanging = false;

  /** Asks once, for all who look, until there is an answer. */
  async function askWhetherThere(suspicion: PromiseWithResolvers<never>): Promise<void> {
    const timer = setTimeout(() => {
      isHanging = true;
      suspicion.reject(hangs());
    }, probeMs);
    try {
      await probe();
    } catch {
      // Away, or closed: whoever looks next finds that out.
    } finally {
      clearTimeout(timer);
      isHanging = false;
      hanging = undefined;
      probing = undefined;
    }
  }

  function suspect(): Promise<never> {
    if (hanging === undefined) {
      hanging = Promise.withResolvers<never>();
      hanging.promise.catch(() => undefined);
    }
    probing ??= askWhetherThere(hanging);
    return hanging.promise;
  }

  return {
    /** `ask` is told whether it is worth waiting for an agent that is not there. @throws DOMException TimeoutError: it hangs */
    async look<T>(ask: (isPatient: boolean) => Promise<T>): Promise<T> {
      if (isHanging) throw hangs();
      const slow = Promise.withResolvers<never>();
      const timer = setTimeout(() => void suspect().catch(slow.reject), slowMs);
      timer.unref();
      try {
        const answer = await Promise.race([ask(Date.now() >= awayUntil), slow.promise]);
        awayUntil = 0;
        return answer;
      } catch (thrown) {
        if (thrown instanceof AgentError) {
          awayUntil = thrown.code === 'AGENT_UNREACHABLE' ? Date.now() + memoryMs : 0;
        }
        throw thrown;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
