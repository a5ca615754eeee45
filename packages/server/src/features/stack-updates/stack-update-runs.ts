import type { StackEnd } from '../../adapters/iac/iac.ts';
import { defineRunKind, type RunKind, type RunOutcome, type RunStep } from '../../platform/runs/run-kind.ts';
import {
  deleteCheckpoints,
  deleteDrift,
  pruneCheckpoints,
  readCheckpoint,
  replaceOutputs,
  saveDrift,
  updateCloudResource,
} from '../cloud-resources/index.ts';
import { runAttempts } from './apply-attempts.ts';
import { closeApproval } from './approval-store.ts';
import { assertApproved, planOf } from './approved-plan.ts';
import { createCheckpointFollower, keepLeftState } from './checkpoint-follower.ts';
import { describeDifferences } from './describe-differences.ts';
import { createModuleStep, moduleOf } from './module-step.ts';
import { dropRestored } from './restored-state.ts';
import { createRunSink } from './run-sink.ts';
import { createPreviewSteps } from './stack-preview.ts';
import {
  createJob,
  isPreviewJob,
  jobName,
  loadRows,
  openPassphrase,
  previewJobName,
  resolveFor,
  type StackContext,
  type StackRunDependencies,
  type StackRunInput,
  stackRunInput,
  tenantOf,
} from './stack-run-context.ts';
import {
  type ChosenCredential,
  looksOnly,
  timeoutLabel,
  type UpdateOperation,
  updateOperations,
} from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { countStored, setUpdate } from './stack-update-store.ts';

/** The engine of runs waits longer for its cleanup. */
const longestCancelGraceMs = 120_000;
const defaultTimeoutMs = 60 * 60_000;

const runsNoProgram = (operation: string): boolean => operation === 'restore';
const isEnded = (operation: string): boolean => operation === 'destroy' || operation === 'delete';

export interface StackRunOptions extends StackRunDependencies {
  /** How long resources under way may take to end after a cancel or a timeout, before all processes are killed. */
  readonly cancelGraceMs?: number;
}

/** Kinds of run that work on stacks: one for each operation, so that a new one takes the place of queued ones of its own kind. */
export function createStackRunKinds(dependencies: StackRunOptions): RunKind<StackRunInput>[] {
  const { db, secretBox, kinds, credentials, iac, modules, platform } = dependencies;
  const { cancelGraceMs = longestCancelGraceMs } = dependencies;

  const resolve: RunStep<StackRunInput> = {
    name: 'resolve',
    async run(context) {
      const { resource, manifest, update } = await loadRows(db, context);
      const found = await resolveFor(dependencies, resource, manifest);
      if (found === undefined) {
        const { provider } = await kinds.get(resource.organizationId, manifest.kind);
        const what = provider === 'davit' ? 'acts on davit itself, as who asked for this' : 'needs no credential';
        context.output.write('system', `${manifest.kind} ${what}.`);
        return null;
      }
      const { id, name, version, reason } = found;
      const credential: ChosenCredential = { id, name, version, reason };
      context.output.write('system', `Credential ${name}: ${reason}.`);
      await setUpdate(db, resource.organizationId, update.id, { credential });
      await credentials.use({
        organizationId: resource.organizationId,
        credential,
        runId: context.runId,
        resource: { id: resource.id, name: `${resource.kind}/${resource.name}` },
      });
      return credential;
    },
  };

  const prepare: RunStep<StackRunInput> = {
    name: 'prepare',
    maxAttempts: 3,
    async run(context) {
      const { resource, update } = await loadRows(db, context);
      const job = jobName(context, resource);
      const left = async (runId: string, state: string | null) => {
        if (isPreviewJob(runId)) return;
        context.output.write(
          'system',
          `Run ${runId} left its stack behind: its state is taken over, and its lock is gone.`,
        );
        await keepLeftState(secretBox, context, { cloudResourceId: resource.id, runId, state });
      };
      const stateOf = () => readCheckpoint(db, secretBox, resource.organizationId, resource.id);
      await iac.prepare(job, stateOf, left, context.signal);
      if (update.operation === 'deploy') await assertApproved(dependencies, context);
      return null;
    },
  };

  const apply: RunStep<StackRunInput> = {
    name: 'apply',
    async run(context) {
      const job = await createJob(dependencies, context, moduleOf(context), {
        plan: await planOf(dependencies, context),
      });
      const sink = createRunSink(context);
      const follower = createCheckpointFollower(dependencies, context, job);
      const keepsState = !looksOnly(job.operation);
      await context.output.flush();
      const skip = context.attempt > 1 ? await countStored(db, context.runId, 'apply') : 0;
      if (keepsState) follower.start();
      let end: StackEnd;
      try {
        end = await runAttempts(iac, context, job, sink, skip);
      } finally {
        if (keepsState) await follower.finish();
      }
      const { stackUpdateId, cloudResourceId } = context.input;
      const organizationId = tenantOf(context);
      const { outputs, exitCode, changes, differences } = end;
      await context.transaction(async (trx) => {
        await setUpdate(trx, organizationId, stackUpdateId, { changes, exitCode });
        if (outputs !== null) await replaceOutputs(trx, secretBox, { id: cloudResourceId, organizationId }, outputs);
        if (job.operation !== 'drift' || !end.succeeded) return;
        const status = differences.length > 0 ? 'drifted' : 'in_sync';
        await saveDrift(trx, { organizationId, cloudResourceId }, { status, stackUpdateId, differences });
      });
      if (job.operation === 'drift' && end.succeeded) {
        for (const line of describeDifferences(differences)) context.output.write('system', line);
      }
      if (end.brokePlan) throw stackUpdateErrors.STACK_PLAN_NOT_MET({ message: end.message ?? undefined });
      if (!end.succeeded) throw stackUpdateErrors.STACK_UPDATE_FAILED({ message: end.message ?? undefined });
      return { exitCode };
    },
  };

  const tidy: RunStep<StackRunInput> = {
    name: 'tidy',
    async run(context) {
      const { resource, update } = await loadRows(db, context);
      const { organizationId, id } = resource;
      const credential = context.results['resolve'] as ChosenCredential | null | undefined;
      if (credential != null) await credentials.succeeded({ organizationId, credential });
      if (isEnded(update.operation)) await credentials.release(organizationId, id);
      await context.transaction(async (trx) => {
        // A deployment goes by the state, and does not look whether it is true: what was found may still be so.
        if (!looksOnly(update.operation) && update.operation !== 'deploy') await deleteDrift(trx, organizationId, id);
        await dropRestored(trx, { organizationId, cloudResourceId: id, runId: context.runId });
        if (update.operation !== 'delete') return await pruneCheckpoints(trx, organizationId, id);
        await deleteCheckpoints(trx, organizationId, id);
        await updateCloudResource(trx, organizationId, id, { deletedAt: new Date() });
      });
      await iac.forget(jobName(context, resource), context.signal);
      if (update.operation === 'delete') await iac.forgetStack(id, context.signal);
      return null;
    },
  };

  /** After a failure or a cancel: nothing runs on, the state is kept, and what may be half-made is told. */
  async function cleanup(context: StackContext, outcome: RunOutcome): Promise<void> {
    const { resource, update, manifest } = await loadRows(db, context);
    const job = jobName(context, resource);
    const kind = await kinds.get(resource.organizationId, manifest.kind).catch(() => undefined);
    if (kind !== undefined) await modules.abandon(resource.organizationId, kind, context.signal);
    const sink = createRunSink(context);
    // What the step before wrote is on its way: what is not counted would be written once more.
    await context.output.flush();
    const skip = await countStored(db, context.runId, 'apply');
    const credential = await resolveFor(dependencies, resource, update.manifest as never).catch(() => undefined);
    const passphrase = await openPassphrase(db, secretBox, resource);
    context.mask([...(credential?.secrets ?? []), ...platform.secretsOf({ passphrase, runId: context.runId })]);
    if (update.operation === 'deploy') {
      const previewJob = previewJobName(context, resource);
      const previewed = await countStored(db, context.runId, 'preview');
      await iac.cancel(previewJob, cancelGraceMs, sink, previewed, context.signal);
      await iac.forget(previewJob, context.signal);
    }
    await iac.cancel(job, cancelGraceMs, sink, skip, context.signal);
    const state = await iac.readState(job);
    if (!looksOnly(update.operation)) {
      await keepLeftState(secretBox, context, { cloudResourceId: resource.id, runId: context.runId, state });
    }
    const pending = await pendingOf(context, resource.id);
    if (pending.length > 0) {
      const list = pending.map((each) => `${each.type} ${each.urn}`).join(', ');
      context.output.write(
        'system',
        `In flight when it ended (${outcome.state}): ${list}. Look at them, then refresh the resource.`,
      );
    }
    await iac.forget(job, context.signal);
  }

  async function pendingOf(context: StackContext, cloudResourceId: string): Promise<{ type: string; urn: string }[]> {
    const row = await db
      .selectFrom('stackCheckpoints')
      .select('pending')
      .where('organizationId', '=', tenantOf(context))
      .where('cloudResourceId', '=', cloudResourceId)
      .where('runId', '=', context.runId)
      .executeTakeFirst();
    return (row?.pending ?? []) as { type: string; urn: string }[];
  }

  const module = createModuleStep(dependencies);
  const previewSteps = createPreviewSteps(dependencies);
  const kindOf = (operation: UpdateOperation): RunKind<StackRunInput> =>
    defineRunKind<StackRunInput>({
      name: `stack.${operation}`,
      // Those of davit's own kinds deploy services.
      lane: 'dependent',
      input: stackRunInput,
      timeoutMs: defaultTimeoutMs,
      timeoutHint: `Look at the output for what it was waiting for; the label ${timeoutLabel} of the manifest gives it more time.`,
      // Each import names other resources, and what stands between two of a kind is meant to come between them.
      supersedesQueued: operation === 'import' ? false : 'adjacent',
      steps: runsNoProgram(operation)
        ? [prepare, apply, tidy]
        : [resolve, module, ...(operation === 'deploy' ? previewSteps : []), prepare, apply, tidy],
      cleanup,
      async onFinished(trx, run, outcome) {
        const { organizationId } = run;
        const { cloudResourceId, stackUpdateId } = run.input;
        if (organizationId === null) return;
        await platform.revoke(trx, organizationId, run.id);
        if (operation === 'deploy') await closeApproval(trx, organizationId, stackUpdateId);
        if (operation === 'drift' && outcome.state === 'failed') {
          const at = { organizationId, cloudResourceId };
          await saveDrift(trx, at, { status: 'failed', stackUpdateId, differences: [] });
        }
        // A destroy that failed keeps the resource, with its failure: it can be used, or deleted, again.
        if (operation !== 'delete' || outcome.state === 'succeeded') return;
        await updateCloudResource(trx, organizationId, cloudResourceId, { deleting: false });
      },
    });
  return updateOperations.map(kindOf);
}
