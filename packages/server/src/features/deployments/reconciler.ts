import type { ReleaseExecutor } from '../../adapters/executor/executor.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import { type RootKind, type Runtime, rootKinds } from '../../adapters/runtime/runtime.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Db } from '../../platform/db/database.ts';
import { listAllServices } from '../services/index.ts';
import type { AddressesOf } from './addresses.ts';
import type { Convergence } from './convergence.ts';
import { listOpenAmong, listOpenRuns } from './deployment-store.ts';
import { listServiceFaults, putServiceFault, removeServiceFault } from './service-fault-store.ts';

export interface ReconcilerOptions {
  db: Db;
  runtime: Runtime;
  proxy: Proxy;
  convergence: Convergence;
  /** Commands of releases. */
  executor: Pick<ReleaseExecutor, 'list' | 'remove'>;
  addressesOf: AddressesOf;
  logger: Logger;
}

type Owned = { id: string; organizationId: string; hostLabel: string | null };
type Fault = Pick<AppError, 'code' | 'message'>;
type Route = { host: string; owner: string };

/** What a look at everything has found. */
interface Seen {
  instances: readonly { id: string; owner: string }[];
  /** Whose runtime answers. */
  kinds: readonly RootKind[];
}

/** An engine that hangs answers as little as one that is gone. */
const lookMs = 20_000;

/** Owner of routes that are davit's own and no service's. */
export const platformOwner = 'platform';

/**
 * Compares what should run with what runs, for every service: adopts what survived a restart, starts what is missing,
 * ends what nobody owns. A service with a run under way is that run's business; here only what is missing is started.
 * What runs in an engine that is away waits for it; the rest does not.
 */
export function createReconciler(options: ReconcilerOptions) {
  const { db, runtime, proxy, convergence, executor, addressesOf, logger } = options;

  let isAway = false;

  /** Said when it begins and when it ends, not with every look. */
  function sayAway(why: unknown): void {
    if (why !== undefined && !isAway)
      logger.warn({ err: why }, 'containers wait for the Docker engine; plain processes are looked after meanwhile');
    if (why === undefined && isAway) logger.info({}, 'containers are looked after again');
    isAway = why !== undefined;
  }

  async function lookAtAll(signal: AbortSignal): Promise<Seen> {
    let why: unknown;
    const looks = await Promise.all(
      rootKinds.map(async (kind) => {
        const limited = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
        try {
          return { kind, instances: await runtime.list(limited, { kind }) };
        } catch (error) {
          // Without the agent there are neither processes nor routes.
          if (signal.aborted || kind === 'folder' || !(limited.aborted || AppError.from(error).away)) throw error;
          why = error;
          return undefined;
        }
      }),
    );
    sayAway(why);
    const answered = looks.filter((look) => look !== undefined);
    const instances = answered.flatMap((look) => look.instances);
    return {
      kinds: answered.map(({ kind }) => kind),
      instances: instances.map(({ id, labels }) => ({ id, owner: labels.serviceId })),
    };
  }

  /** A domain that was removed, by a server that died before its route was. The routes were listed before the database is read. */
  async function removeFormerRoutes(service: Owned, routes: readonly Route[], signal: AbortSignal): Promise<void> {
    const wanted = new Set((await addressesOf(service)).map(({ host }) => host));
    for (const { host } of routes.filter(({ owner, host }) => owner === service.id && !wanted.has(host))) {
      logger.warn({ host, serviceId: service.id }, 'route that its service no longer has removed');
      await proxy.removeRoute(host, signal);
    }
  }

  async function reconcileService(
    service: Owned,
    { instances, kinds }: Seen,
    routes: readonly Route[],
    signal: AbortSignal,
  ): Promise<void> {
    const busy = (await listOpenRuns(db, service.organizationId, service.id)).some(({ state }) => state !== 'queued');
    const end = busy ? 'none' : new Set(instances.map(({ id }) => id));
    const started = await convergence.converge(service.organizationId, service.id, end, signal, kinds);
    await removeFormerRoutes(service, routes, signal);
    if (started > 0) logger.info({ serviceId: service.id, started }, 'instances started by the reconciler');
  }

  /** Kept for whoever looks at the service. Logged when it begins, changes and ends: one that stays is tried again with each look. */
  async function recordFault(serviceId: string, former: Fault | undefined, error: unknown): Promise<void> {
    const fault = AppError.from(error);
    if (former?.code === fault.code && former.message === fault.message) return;
    logger.error({ err: error, serviceId }, 'service not reconciled');
    await putServiceFault(db, serviceId, fault);
  }

  async function forgetFault(serviceId: string): Promise<void> {
    await removeServiceFault(db, serviceId);
    logger.info({ serviceId }, 'service reconciled again');
  }

  async function reconcileAll(
    services: readonly Owned[],
    seen: Seen,
    routes: readonly Route[],
    signal: AbortSignal,
  ): Promise<void> {
    const faults = await listServiceFaults(db);
    for (const service of services) {
      const former = faults.get(service.id);
      try {
        await reconcileService(service, seen, routes, signal);
        if (former !== undefined) await forgetFault(service.id);
      } catch (error) {
        if (signal.aborted) throw error;
        await recordFault(service.id, former, error);
      }
    }
  }

  /** What carries davit's labels but belongs to no service any more. */
  async function removeOrphans(
    known: ReadonlySet<string>,
    instances: readonly { id: string; owner: string }[],
    routes: readonly Route[],
    signal: AbortSignal,
  ) {
    for (const { id } of instances.filter(({ owner }) => !known.has(owner))) {
      logger.warn({ instanceId: id }, 'instance of no service ended');
      await runtime.stop(id, signal);
    }
    for (const { host } of routes.filter(({ owner }) => !known.has(owner) && owner !== platformOwner)) {
      logger.warn({ host }, 'route of no service removed');
      await proxy.removeRoute(host, signal);
    }
  }

  /** What a run left that could not tidy up: a server that was killed, an engine that was away. */
  async function removeFormerCommands(kinds: readonly RootKind[], signal: AbortSignal): Promise<void> {
    const listed = await Promise.all(kinds.map((kind) => executor.list(signal, kind)));
    const commands = listed.flat().flatMap(({ id, runId }) => (runId === undefined ? [] : [{ id, runId }]));
    // The commands first: the run of one that begins after this look is not asked about.
    const open = await listOpenAmong(
      db,
      commands.map(({ runId }) => runId),
    );
    for (const { id, runId } of commands.filter((command) => !open.has(command.runId))) {
      logger.warn({ commandId: id, runId }, 'command of a run that is over ended');
      await executor.remove(id, signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        logger.error({ err: error, commandId: id }, 'command not removed');
      });
    }
  }

  return {
    /** Once over everything. A service that fails does not keep the others from their turn. */
    async reconcile(signal: AbortSignal): Promise<void> {
      // The instances first: one that a run starts after this look is not judged by it.
      const seen = await lookAtAll(signal);
      const routes = await proxy.listRoutes(signal);
      const services = await listAllServices(db);
      await removeOrphans(new Set(services.map(({ id }) => id)), seen.instances, routes, signal);
      await removeFormerCommands(seen.kinds, signal);
      await reconcileAll(services, seen, routes, signal);
    },
  };
}
