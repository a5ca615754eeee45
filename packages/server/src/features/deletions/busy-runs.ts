import { AppError } from '../../kernel/app-error.ts';
import type { Db } from '../../platform/db/database.ts';
import { cronSubject, listOpenRuns } from '../deployments/index.ts';

/** As the engine's. */
export type CancelRun = (organizationId: string, runId: string, askedBy: string | null) => Promise<unknown>;

/** Runs that could still make something of a service. Its own deletion does the same as that of all, and is harmless. */
export async function listBusyRuns(db: Db, organizationId: string, serviceId: string) {
  const subjects = [serviceId, cronSubject(serviceId)];
  const open = await Promise.all(subjects.map((subject) => listOpenRuns(db, organizationId, subject)));
  return open.flat().filter(({ kind }) => kind !== 'service.delete');
}

/** Asks them to end; says nothing against those that have ended already. */
export async function cancelRuns(
  cancel: CancelRun,
  organizationId: string,
  runs: readonly { id: string }[],
  askedBy: string | null,
): Promise<void> {
  for (const { id } of runs)
    await cancel(organizationId, id, askedBy).catch((error: unknown) => {
      if (AppError.from(error).code !== 'RUN_ALREADY_ENDED') throw error;
    });
}
