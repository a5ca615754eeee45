import type { IacEngine, StackJob } from '../../adapters/iac/iac.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import { isNewest, saveCheckpoint } from '../cloud-resources/index.ts';
import { type StackContext, tenantOf } from './stack-run-context.ts';

type Job = Pick<StackJob, 'id' | 'stackKey' | 'address'>;

/** Keeps the state of a stack in the database while a job changes it. */
export interface CheckpointFollower {
  /** Looks every second until stopped; what cannot be stored now is stored at the end. */
  start(): void;
  /** Stores the state as it is now. */
  finish(): Promise<void>;
}

const everyMs = 1000;

/** Follows the state of one job. */
export function createCheckpointFollower(
  { iac, secretBox }: { iac: IacEngine; secretBox: SecretBox },
  context: StackContext,
  job: Job,
): CheckpointFollower {
  let timer: NodeJS.Timeout | undefined;
  let stored: string | null = null;
  let storing: Promise<void> = Promise.resolve();

  async function store(): Promise<void> {
    const state = await iac.readState(job);
    if (state === null || state === stored) return;
    const at = { organizationId: tenantOf(context), cloudResourceId: job.stackKey, runId: job.id };
    const saved = await context.transaction((trx) => saveCheckpoint(trx, secretBox, at, state));
    if (saved) stored = state;
  }

  return {
    start() {
      timer = setInterval(() => {
        storing = storing
          .then(store)
          .catch((error: unknown) => context.logger.warn({ err: error }, 'the state of a stack was not stored yet'));
      }, everyMs);
      timer.unref();
    },
    async finish() {
      clearInterval(timer);
      await storing;
      await store();
    },
  };
}

/** Stores what a run that is over left of its stack's state, unless a later one has stored its own. */
export async function keepLeftState(
  secretBox: SecretBox,
  context: StackContext,
  left: { cloudResourceId: string; runId: string; state: string | null },
): Promise<void> {
  const { cloudResourceId, runId, state } = left;
  const organizationId = tenantOf(context);
  if (state === null) return;
  await context.transaction(async (trx) => {
    if (!(await isNewest(trx, organizationId, cloudResourceId, runId))) return;
    await saveCheckpoint(trx, secretBox, { organizationId, cloudResourceId, runId }, state);
  });
}
