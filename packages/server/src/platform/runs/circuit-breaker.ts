/** What a circuit breaker says before a call: go, or how long to leave the system alone. */
export type BreakerAnswer = { open: false } | { open: true; retryInMs: number };

export interface CircuitBreakers {
  /** Asks whether `system` may be called now. After the pause one call is let through to try it. */
  ask(system: string): BreakerAnswer;
  succeeded(system: string): void;
  failed(system: string): void;
}

interface Breaker {
  failures: number;
  openUntil: number;
}

/**
 * Circuit breakers by name of the outside system. They live in the memory of one server: each server learns by itself
 * that a system is down, which needs no coordination and is wrong for `failures` calls at most.
 */
export function createCircuitBreakers(options: {
  failures: number;
  openMs: number;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}): CircuitBreakers {
  const { failures, openMs, now = () => performance.now() } = options;
  const breakers = new Map<string, Breaker>();

  return {
    ask(system) {
      const breaker = breakers.get(system);
      if (!breaker || breaker.failures < failures) return { open: false };
      const left = breaker.openUntil - now();
      if (left > 0) return { open: true, retryInMs: left };
      // One is let through to try; the others wait another pause, also when the trial never reports.
      breaker.openUntil = now() + openMs;
      return { open: false };
    },
    succeeded(system) {
      breakers.delete(system);
    },
    failed(system) {
      const breaker = breakers.get(system) ?? { failures: 0, openUntil: 0 };
      breaker.failures++;
      if (breaker.failures >= failures) breaker.openUntil = now() + openMs;
      breakers.set(system, breaker);
    },
  };
}
