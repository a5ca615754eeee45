import type { Builder } from '../../adapters/builder/builder.ts';
import type { ReleaseExecutor } from '../../adapters/executor/executor.ts';
import type { LogStore } from '../../adapters/log-store/log-store.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import type { GitSource } from '../../adapters/source/git-source.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { deleteServiceRow, findService } from '../services/index.ts';
import type { AddressesOf } from './addresses.ts';
import { runCommandId } from './command-runs.ts';
import { cronCommandId } from './cron-runs.ts';
import { listOpenRunsOfService } from './deployment-store.ts';
import type { ReleaseRetention } from './release-retention.ts';
import type { Rollout } from './rollout.ts';

export interface ServiceRemovalDependencies {
  db: Db;
  rollout: Rollout;
  proxy: Proxy;
  retention: ReleaseRetention;
  builder: Builder;
  executor: ReleaseExecutor;
  gitSource: GitSource;
  logs: LogStore;
  readonly addressesOf: AddressesOf;
}

export type ServiceRemoval = ReturnType<typeof createServiceRemoval>;

/** Removes everything that a service made, its row last, so that a crash leaves something that names the rest. All repeatable. */
export function createServiceRemoval(dependencies: ServiceRemovalDependencies) {
  const { db, rollout, proxy, retention, builder, executor, gitSource, logs, addressesOf } = dependencies;
  return {
    /** Its addresses and its instances. */
    async stop(organizationId: string, serviceId: string, signal: AbortSignal): Promise<void> {
      const service = await findService(db, organizationId, serviceId);
      const addresses = service === undefined ? [] : await addressesOf(service);
      await Promise.all(addresses.map(({ host }) => proxy.removeRoute(host, signal)));
      await rollout.stopWhere(serviceId, () => true, signal);
      for (const { id } of await listOpenRunsOfService(db, organizationId, serviceId)) {
        await executor.remove(cronCommandId(id), signal);
        await executor.remove(runCommandId(id), signal);
      }
    },

    /** What it keeps on disk. */
    async clean(organizationId: string, serviceId: string, signal: AbortSignal): Promise<void> {
      await retention.removeAll(organizationId, serviceId, signal);
      await builder.removeCache(serviceId, signal);
      await gitSource.remove(serviceId);
      await logs.remove(serviceId, signal);
    },

    /** Its row, with its variables, deployments and releases. */
    forget: (trx: Tx, organizationId: string, serviceId: string): Promise<void> =>
      deleteServiceRow(trx, organizationId, serviceId),
  };
}
