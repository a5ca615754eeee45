import type { Db } from '../../platform/db/database.ts';
import { listOpenRunsOfService } from '../deployments/index.ts';

/** Runs that could still make something of a service. Its own deletion does the same as that of all, and is harmless. */
export async function listBusyRuns(db: Db, organizationId: string, serviceId: string) {
  return (await listOpenRunsOfService(db, organizationId, serviceId)).filter(({ kind }) => kind !== 'service.delete');
}
