import type { Proxy, ProxyAddress } from '../../adapters/proxy/proxy.ts';
import { listAnswering } from '../../adapters/runtime/list-answering.ts';
import {
  type InstanceRequest,
  type RootKind,
  type Runtime,
  type RuntimeInstance,
  rootKinds,
} from '../../adapters/runtime/runtime.ts';
import { AppError } from '../../kernel/app-error.ts';
import { forEachAtMost } from '../../kernel/for-each-at-most.ts';
import { instanceIds, planInstances, type RolloutPlan, type RolloutTarget } from './instance-plan.ts';

/** Lines for the people who watch. */
export type Say = (text: string) => void;

export interface RolloutOptions {
  runtime: Runtime;
  proxy: Proxy;
}

export type Rollout = ReturnType<typeof createRollout>;

/** Asked between a look at what runs and the act that follows from it; rejects when another has taken over meanwhile. */
type MayAct = () => Promise<void>;
const always: MayAct = async () => {};

/** Most of a start is waiting for a disk and for what starts it; more at once would take the machine from what serves. */
const startsAtOnce = 4;

const tailBytes = 4096;
const tailLines = 15;

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-tailLines).join('\n');
}

/** Routes go to the instances that have a port: those of the main process of a web service. */
function routable(instances: readonly RuntimeInstance[]): { id: string; host: string; port: number }[] {
  return instances.flatMap(({ id, address }) => (address === null ? [] : [{ id, ...address }]));
}

/**
 * Moves a service from what runs to what should: start → healthy → switch → drain → stop. Every function may be called
 * again from the start after a crash; none takes anything down before what replaces it answers.
 */
export function createRollout({ runtime, proxy }: RolloutOptions) {
  /** Of some kinds only, those that are asked about: what runs the others may be away. */
  async function listOf(
    serviceId: string,
    signal: AbortSignal,
    kinds: readonly RootKind[] = rootKinds,
  ): Promise<RuntimeInstance[]> {
    const listed = await Promise.all(kinds.map((kind) => runtime.list(signal, { kind, serviceId })));
    return listed.flat();
  }

  /** What can be seen now, and the first reason why the rest cannot. */
  const listSeen = (serviceId: string, signal: AbortSignal, kinds: readonly RootKind[]) =>
    listAnswering(runtime, signal, kinds, { serviceId });

  async function explain(instanceId: string, error: unknown, signal: AbortSignal, say: Say): Promise<unknown> {
    if (!(error instanceof AppError)) return error;
    const tail = lastLines(await runtime.tail(instanceId, tailBytes, signal).catch(() => ''));
    if (tail !== '') say(`The last lines of its output:\n${tail}`);
    return error;
  }

  /** Each is begun or was never asked for when this rejects, with the first cause. */
  const startAll = (requests: readonly InstanceRequest[], signal: AbortSignal): Promise<void> =>
    forEachAtMost(startsAtOnce, requests, (request) => runtime.start(request, signal));

  return {
    listOf,

    startAll,

    start: (target: RolloutTarget, signal: AbortSignal): Promise<void> => startAll(planInstances(target), signal),

    /** @throws AppError with the cause, after its last output was said */
    async waitUntilHealthy(plan: RolloutPlan, signal: AbortSignal, say: Say): Promise<void> {
      const { path, intervalSeconds, timeoutSeconds } = plan.settings.healthCheck;
      const check = { path, intervalMs: intervalSeconds * 1000, timeoutMs: timeoutSeconds * 1000 };
      await Promise.all(
        [...instanceIds(plan)].map(async (id) => {
          try {
            await runtime.waitUntilHealthy(id, check, signal);
          } catch (error) {
            throw await explain(id, error, signal, say);
          }
        }),
      );
    },

    /** New requests to these addresses go to the plan's instances from here on. */
    async route(
      addresses: readonly ProxyAddress[],
      plan: RolloutPlan,
      signal: AbortSignal,
      mayAct: MayAct = always,
    ): Promise<void> {
      const wanted = instanceIds(plan);
      const running = await listOf(plan.service.id, signal, [plan.artifact.kind]);
      const instances = running.filter(({ id }) => wanted.has(id));
      await mayAct();
      const served = {
        owner: plan.service.id,
        targets: routable(instances),
        headers: plan.settings.responseHeaders,
      };
      await Promise.all(addresses.map((address) => proxy.setRoute({ ...address, ...served }, signal)));
    },

    /** Lets the open requests of instances outside `keep` end, for at most `timeoutMs`. */
    async drain(
      addresses: readonly ProxyAddress[],
      serviceId: string,
      keep: ReadonlySet<string>,
      timeoutMs: number,
      signal: AbortSignal,
      say: Say,
    ) {
      const { seen } = await listSeen(serviceId, signal, rootKinds);
      const leaving = routable(seen).filter(({ id }) => !keep.has(id));
      const drained = await Promise.all(
        leaving.map(({ id }) =>
          Promise.all(addresses.map(({ host }) => proxy.drain(host, id, timeoutMs, signal))).then((all) =>
            all.every(Boolean),
          ),
        ),
      );
      const cut = drained.filter((done) => !done).length;
      if (cut > 0) say(`${cut} instance(s) still had open requests after ${timeoutMs / 1000} s; they are ended now.`);
    },

    /**
     * Ends the instances of the service that `leaves` names, of these kinds.
     * @throws AppError with `away` after it has ended what it could see
     */
    async stopWhere(
      serviceId: string,
      leaves: (instanceId: string) => boolean,
      signal: AbortSignal,
      mayAct: MayAct = always,
      kinds: readonly RootKind[] = rootKinds,
    ): Promise<void> {
      const { seen, away } = await listSeen(serviceId, signal, kinds);
      const leaving = seen.filter(({ id }) => leaves(id));
      await mayAct();
      await Promise.all(leaving.map(({ id }) => runtime.stop(id, signal)));
      if (away !== undefined) throw away;
    },
  };
}
