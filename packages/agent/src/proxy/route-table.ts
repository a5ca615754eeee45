import type { RouteSpec, RouteStatus, RouteUsage } from '../protocol/protocol.ts';
import { createRouteCounters, presentCounters, type RouteCounters } from './route-counters.ts';
import type { Upstream, UpstreamRegistry } from './upstream.ts';

/** One instance behind a host name. */
export interface Target {
  readonly host: string;
  readonly id: string;
  readonly upstream: Upstream;
  /** Open requests and upgraded connections. */
  active: number;
  /** No longer in the route; gone when the last request ends. */
  retired: boolean;
}

/** One host name. The object stays the same over changes of its targets, so that counters go on. */
export interface Route {
  readonly host: string;
  spec: RouteSpec;
  targets: readonly Target[];
  /** Where the next round starts. */
  turn: number;
  readonly usage: RouteCounters;
  /** When a failure of this route was last written to the log, so that a dead service does not flood it. */
  failureLoggedAt: number;
}

/** Host names and their targets in memory. All changes are synchronous: a request sees either the old or the new. */
export class RouteTable {
  readonly #routes = new Map<string, Route>();
  /** Targets that left their route and still have open requests, by host. */
  readonly #former = new Map<string, Set<Target>>();
  /** Woken whenever a target has no request left; empty unless somebody drains. */
  readonly #waiters = new Set<() => void>();
  readonly #upstreams: UpstreamRegistry;

  constructor(upstreams: UpstreamRegistry) {
    this.#upstreams = upstreams;
  }

  get size(): number {
    return this.#routes.size;
  }

  find(host: string): Route | undefined {
    return this.#routes.get(host);
  }

  put(host: string, spec: RouteSpec): void {
    const route = this.#routes.get(host);
    const before = route?.targets ?? [];
    const targets = [
      ...new Set(
        spec.targets.map(({ id, address, port }) => {
          const same = before.find((t) => t.id === id && t.upstream.address === address && t.upstream.port === port);
          return same ?? { host, id, upstream: this.#upstreams.retain(address, port), active: 0, retired: false };
        }),
      ),
    ];
    if (route) {
      route.spec = spec;
      route.targets = targets;
    } else {
      const usage = createRouteCounters();
      this.#routes.set(host, { host, spec, targets, turn: 0, usage, failureLoggedAt: Number.NEGATIVE_INFINITY });
    }
    for (const target of before) if (!targets.includes(target)) this.#retire(target);
  }

  remove(host: string): void {
    const route = this.#routes.get(host);
    if (!route) return;
    this.#routes.delete(host);
    for (const target of route.targets) this.#retire(target);
    // A request that is looking for another target must not find one that was released.
    route.targets = [];
  }

  /** The next target in turn that was not tried yet, counted as busy until {@link leave}. */
  enter(route: Route, tried?: ReadonlySet<Target>): Target | undefined {
    const { targets } = route;
    for (let step = 0; step < targets.length; step += 1) {
      route.turn = route.turn + 1 >= targets.length ? 0 : route.turn + 1;
      const target = targets[route.turn];
      if (target && !tried?.has(target)) {
        target.active += 1;
        return target;
      }
    }
    return undefined;
  }

  leave(target: Target): void {
    target.active -= 1;
    if (target.active > 0) return;
    if (target.retired) this.#forget(target);
    for (const wake of this.#waiters) wake();
  }

  status(host: string): RouteStatus | undefined {
    const route = this.#routes.get(host);
    if (!route) return undefined;
    const active: Record<string, number> = {};
    for (const target of route.targets) active[target.id] = (active[target.id] ?? 0) + target.active;
    for (const target of this.#former.get(host) ?? []) active[target.id] = (active[target.id] ?? 0) + target.active;
    return { host, ...route.spec, active };
  }

  list(): RouteStatus[] {
    return [...this.#routes.keys()].flatMap((host) => this.status(host) ?? []);
  }

  usage(): RouteUsage[] {
    return [...this.#routes.values()]
      .filter(({ usage }) => usage.requests > 0)
      .map(({ host, spec, usage }) => presentCounters(host, spec.owner, usage));
  }

  /** Open requests of a target, also of one that left the route, or whose route is gone. */
  activeOf(host: string, targetId: string): number {
    const present = this.#routes.get(host)?.targets ?? [];
    const former = this.#former.get(host) ?? [];
    return [...present, ...former].reduce((sum, target) => (target.id === targetId ? sum + target.active : sum), 0);
  }

  totalActive(): number {
    let sum = 0;
    for (const route of this.#routes.values()) for (const target of route.targets) sum += target.active;
    for (const targets of this.#former.values()) for (const target of targets) sum += target.active;
    return sum;
  }

  /** True once `idle` says so, which is asked whenever a target has become idle; false when time ran out first. */
  async waitUntil(idle: () => boolean, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    if (idle()) return true;
    return await new Promise<boolean>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const wake = (): void => {
        if (idle()) end(() => resolve(true));
      };
      const abort = (): void => end(() => reject(signal?.reason));
      const timer = setTimeout(() => end(() => resolve(false)), timeoutMs);
      this.#waiters.add(wake);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  #retire(target: Target): void {
    target.retired = true;
    if (target.active === 0) {
      this.#forget(target);
      return;
    }
    const former = this.#former.get(target.host) ?? new Set();
    this.#former.set(target.host, former.add(target));
  }

  #forget(target: Target): void {
    const former = this.#former.get(target.host);
    former?.delete(target);
    if (former?.size === 0) this.#former.delete(target.host);
    this.#upstreams.release(target.upstream);
  }
}
