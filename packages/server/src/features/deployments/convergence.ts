import type { Proxy, ProxyAddress } from '../../adapters/proxy/proxy.ts';
import { type RootKind, type RuntimeInstance, rootKinds } from '../../adapters/runtime/runtime.ts';
import type { Db } from '../../platform/db/database.ts';
import { findService, type ServiceRow } from '../services/index.ts';
import type { AddressesOf } from './addresses.ts';
import { instanceIds, planInstances, type RolloutPlan } from './instance-plan.ts';
import type { ReleaseLoader } from './release-loader.ts';
import type { Rollout } from './rollout.ts';

export interface ConvergenceOptions {
  db: Db;
  proxy: Proxy;
  loader: ReleaseLoader;
  rollout: Rollout;
  readonly addressesOf: AddressesOf;
}

/** Only who wants an instance brings it out of these. */
const isAskedForAgain: ReadonlySet<RuntimeInstance['state']> = new Set(['incomplete', 'interrupted']);

/** Which of the instances that are not wanted are ended. */
export type EndWhich = 'all' | 'none' | ReadonlySet<string>;

/** What of a service decides on its instances and its routes. */
function goalOf(
  { desiredState, activeReleaseId, generation, settings }: ServiceRow,
  addresses: readonly ProxyAddress[],
): string {
  return JSON.stringify([desiredState, activeReleaseId, generation, settings, addresses]);
}

export type Convergence = ReturnType<typeof createConvergence>;

/** Makes one service's instances and route be what the database says. */
export function createConvergence({ db, proxy, loader, rollout, addressesOf }: ConvergenceOptions) {
  async function activePlan(service: ServiceRow): Promise<RolloutPlan | undefined> {
    const { desiredState, activeReleaseId, generation } = service;
    if (desiredState !== 'running' || activeReleaseId === null) return undefined;
    return await loader.loadPlan(service, activeReleaseId, { generation });
  }

  /** Starts what is missing, and fills in what a restarted agent does not know any more. */
  async function startMissing(service: ServiceRow, plan: RolloutPlan, signal: AbortSignal): Promise<number> {
    const running = await rollout.listOf(service.id, signal, [plan.artifact.kind]);
    const present = new Map(running.map((instance) => [instance.id, instance]));
    const missing = [...instanceIds(plan)].filter((id) => {
      const instance = present.get(id);
      // `failed` and `stopped` are the end of its own restart policy: nobody starts it again but a person.
      return instance === undefined || isAskedForAgain.has(instance.state);
    });
    if (missing.length === 0) return 0;
    const target = await loader.loadTarget(service, plan.releaseId, plan);
    const requests = planInstances(target).filter(({ id }) => missing.includes(id));
    await rollout.startAll(requests, signal);
    return missing.length;
  }

  async function routeTo(
    service: ServiceRow,
    addresses: readonly ProxyAddress[],
    plan: RolloutPlan | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (service.desiredState === 'deleted') await removeRoutes(addresses, signal);
    else if (plan !== undefined) await rollout.route(addresses, plan, signal);
    else if (service.activeReleaseId !== null) {
      const rests = { owner: service.id, targets: [] };
      await Promise.all(addresses.map((address) => proxy.setRoute({ ...address, ...rests }, signal)));
    }
  }

  async function removeRoutes(addresses: readonly ProxyAddress[], signal: AbortSignal): Promise<void> {
    await Promise.all(addresses.map(({ host }) => proxy.removeRoute(host, signal)));
  }

  /**
   * A run may have switched the service while this looked: then its route was overwritten by an older truth, and the new
   * one is set again. Whoever sets a route last has read the database after the switch.
   */
  async function routeToTruth(service: ServiceRow, signal: AbortSignal): Promise<RolloutPlan | undefined> {
    for (let row = service; ; ) {
      const plan = await activePlan(row);
      const addresses = await addressesOf(row);
      await routeTo(row, addresses, plan, signal);
      const now = await findService(db, row.organizationId, row.id);
      if (now === undefined) return undefined;
      if (goalOf(now, await addressesOf(now)) === goalOf(row, addresses)) return plan;
      row = now;
    }
  }

  /**
   * For a service that cannot be started: visitors are told that nothing serves its names, and not that there is no such
   * service. A route that there is leads to what still runs, and stays.
   */
  async function routeToNothing(service: ServiceRow, signal: AbortSignal): Promise<void> {
    const addresses = await addressesOf(service);
    const known = new Set((await proxy.listRoutes(signal)).map(({ host }) => host));
    const missing = addresses.filter(({ host }) => !known.has(host));
    if (missing.length === 0) return;
    const nothing = { owner: service.id, targets: [] };
    await Promise.all(missing.map((address) => proxy.setRoute({ ...address, ...nothing }, signal)));
    // As in routeToTruth: a run may have switched it meanwhile.
    const now = await findService(db, service.organizationId, service.id);
    if (now === undefined || goalOf(now, await addressesOf(now)) === goalOf(service, addresses)) return;
    await routeToTruth(now, signal);
  }

  async function startOrSay(service: ServiceRow, plan: RolloutPlan, end: EndWhich, signal: AbortSignal) {
    try {
      return await startMissing(service, plan, signal);
    } catch (error) {
      // Else a run is at work, which sets its routes itself. Why it cannot start is what is told.
      if (end !== 'none') await routeToNothing(service, signal).catch(() => undefined);
      throw error;
    }
  }

  return {
    /** Only the routes: for a domain that came, went or changed. */
    async route(organizationId: string, serviceId: string, signal: AbortSignal): Promise<void> {
      const service = await findService(db, organizationId, serviceId);
      if (service !== undefined) await routeToTruth(service, signal);
    },

    /**
     * `end` says which of the instances that are not wanted are ended: all, or only some that were seen earlier, or none,
     * since a run of this service may be starting them right now. `kinds` are those whose runtime answers: a service that
     * runs in another keeps its route, and what is left of it there is ended once that can be seen.
     * @returns how many instances were started
     */
    async converge(
      organizationId: string,
      serviceId: string,
      end: EndWhich,
      signal: AbortSignal,
      kinds: readonly RootKind[] = rootKinds,
    ): Promise<number> {
      const service = await findService(db, organizationId, serviceId);
      if (service === undefined) return 0;
      const plan = await activePlan(service);
      if (plan !== undefined && !kinds.includes(plan.artifact.kind)) return 0;
      const started = plan === undefined ? 0 : await startOrSay(service, plan, end, signal);
      if (end === 'none') return started;
      const routed = await routeToTruth(service, signal);
      const wanted: ReadonlySet<string> = routed === undefined ? new Set() : instanceIds(routed);
      const leaves = (id: string) => !wanted.has(id) && (end === 'all' || end.has(id));
      await rollout.stopWhere(serviceId, leaves, signal, undefined, kinds);
      return started;
    },
  };
}
