import type { Proxy } from '../../adapters/proxy/proxy.ts';
import type { Runtime } from '../../adapters/runtime/runtime.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Db } from '../../platform/db/database.ts';
import { listAllServices } from '../services/index.ts';
import type { Convergence } from './convergence.ts';
import { listOpenRuns } from './deployment-store.ts';

export interface ReconcilerOptions {
  db: Db;
  runtime: Runtime;
  proxy: Proxy;
  convergence: Convergence;
  logger: Logger;
}

type Owned = { id: string; organizationId: string };

/**
 * Compares what should run with what runs, for every service: adopts what survived a restart, starts what is missing,
 * ends what nobody owns. A service with a run under way is that run's business; here only what is missing is started.
 */
export function createReconciler({ db, runtime, proxy, convergence, logger }: ReconcilerOptions) {
  async function reconcileService(service: Owned, seen: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const busy = (await listOpenRuns(db, service.organizationId, service.id)).some(({ state }) => state !== 'queued');
    const started = await convergence.converge(service.organizationId, service.id, busy ? 'none' : seen, signal);
    if (started > 0) logger.info({ serviceId: service.id, started }, 'instances started by the reconciler');
  }

  /** What carries davit's labels but belongs to no service any more. */
  async function removeOrphans(
    known: ReadonlySet<string>,
    instances: readonly { id: string; owner: string }[],
    signal: AbortSignal,
  ) {
    for (const { id } of instances.filter(({ owner }) => !known.has(owner))) {
      logger.warn({ instanceId: id }, 'instance of no service ended');
      await runtime.stop(id, signal);
    }
    for (const { host } of (await proxy.listRoutes(signal)).filter(({ owner }) => !known.has(owner))) {
      logger.warn({ host }, 'route of no service removed');
      await proxy.removeRoute(host, signal);
    }
  }

  return {
    /** Once over everything. A service that fails does not keep the others from their turn. */
    async reconcile(signal: AbortSignal): Promise<void> {
      // The instances first: one that a run starts after this look is not judged by it.
      const instances = (await runtime.list(signal)).map(({ id, labels }) => ({ id, owner: labels.serviceId }));
      const seen = new Set(instances.map(({ id }) => id));
      const services = await listAllServices(db);
      await removeOrphans(new Set(services.map(({ id }) => id)), instances, signal);
      for (const service of services) {
        try {
          await reconcileService(service, seen, signal);
        } catch (error) {
          if (signal.aborted) throw error;
          logger.error({ err: error, serviceId: service.id }, 'service not reconciled');
        }
      }
    },
  };
}
