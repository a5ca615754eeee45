import type { Db } from '../../platform/db/database.ts';
import { cronSubject, listOpenRuns } from '../deployments/index.ts';

/** Runs that could still make something of a service. Its own deletion does the same as that of all, and is harmless. */
export async function listBusyRuns(db: Db, organizationId: string, serviceId: string) {
  const subjects = [serviceId, cronSubject(serviceId)];
  const open = await Promise.all(subjects.map((subject) => listOpenRuns(db, organizationId, subject)));
  return open.flat().filter(({ kind }) => kind !== 'service.delete');
}
