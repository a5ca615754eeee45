import { AppError } from '../../kernel/app-error.ts';

/** As the engine's. */
export type CancelRun = (organizationId: string, runId: string, askedBy: string | null) => Promise<unknown>;

/** Asks runs to end; says nothing against those that have ended already. */
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
