import {
  defineRunKind,
  type JsonValue,
  type RunKind,
  type RunOutcome,
  type RunStep,
} from '../../platform/runs/run-kind.ts';
import {
  deleteCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  replaceOutputs,
  updateCloudResource,
} from '../cloud-resources/index.ts';
import type { Kind } from '../kinds/index.ts';
import { createCheckpointFollower, keepLeftState } from './checkpoint-follower.ts';
import type { PreparedModule } from './module-folders.ts';
import { createRunSink } from './run-sink.ts';
import {
  createJob,
  jobName,
  loadRows,
  resolveFor,
  type StackContext,
  type StackRunDependencies,
  type StackRunInput,
  stackRunInput,
  tenantOf,
} from './stack-run-context.ts';
import { type ChosenCredential, type UpdateOperation, updateOperations } from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { countStored, setUpdate } from './stack-update-store.ts';

/** How long resources under way may take to end after a cancel. The engine waits longer for its cleanup. */
const cancelGraceMs = 120_000;
const defaultTimeoutMs = 60 * 60_000;

const isEnded = (operation: string): boolean => operation === 'destroy' || operation === 'delete';

/** Kinds of run that work on stacks: one for each operation, so that a new one takes the place of queued ones of its own kind. */
export function createStackRunKinds(dependencies: StackRunDependencies): RunKind<StackRunInput>[] {
  const { db, secretBox, kinds, credentials, iac, modules } = dependencies;

  const resolve: RunStep<StackRunInput> = {
    name: 'resolve',
    async run(context) {
      const { resource, manifest, update } = await loadRows(db, context);
      const found = await resolveFor(dependencies, resource, manifest);
      if (found === undefined) {
        context.output.write('system', `${manifest.kind} needs no credential.`);
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
      const { resource, manifest } = await loadRows(db, context);
      const { name, version } = await iac.describe(context.signal);
      context.output.write('system', `${name} ${version}, stack ${resource.stackProject}/${resource.stackName}`);
      const kind: Kind = await kinds.get(resource.organizationId, manifest.kind);
      const say = (line: string) => void context.output.write('system', line);
      const module = await modules.prepare(resource.organizationId, kind, say, context.signal);
      const job = jobName(context, resource);
      const left = async (runId: string, state: string | null) => {
        context.output.write(
          'system',
          `Run ${runId} left its stack behind: its state is taken over, and its lock is gone.`,
        );
        await keepLeftState(secretBox, context, { cloudResourceId: resource.id, runId, state });
      };
      const stateOf = () => readCheckpoint(db, secretBox, resource.organizationId, resource.id);
      await iac.prepare(job, stateOf, left, context.signal);
      return { ...module } as unknown as JsonValue;
    },
  };

  const apply: RunStep<StackRunInput> = {
    name: 'apply',
    async run(context) {
      const job = await createJob(dependencies, context, context.results['prepare'] as unknown as PreparedModule);
      const sink = createRunSink(context);
      const follower = createCheckpointFollower(dependencies, context, job);
      const keepsState = job.operation !== 'preview';
      await context.output.flush();
      const skip = context.attempt > 1 ? await countStored(db, context.runId, 'apply') : 0;
      if (keepsState) follower.start();
      let end: Awaited<ReturnType<typeof iac.run>>;
      try {
        end = await iac.run(job, sink, skip, context.signal);
      } finally {
        if (keepsState) await follower.finish();
      }
      const { stackUpdateId, cloudResourceId } = context.input;
      const organizationId = tenantOf(context);
      const { outputs, exitCode, changes } = end;
      await context.transaction(async (trx) => {
        await setUpdate(trx, organizationId, stackUpdateId, { changes, exitCode });
        if (outputs !== null) await replaceOutputs(trx, secretBox, { id: cloudResourceId, organizationId }, outputs);
      });
      if (!end.succeeded) throw stackUpdateErrors.STACK_UPDATE_FAILED({ message: end.message ?? undefined });
      return { exitCode };
    },
  };

  const tidy: RunStep<StackRunInput> = {
    name: 'tidy',
    async run(context) {
      const { resource, update } = await loadRows(db, context);
      const { organizationId, id } = resource;
      const credential = context.results['resolve'] as ChosenCredential | null;
      if (credential !== null) await credentials.succeeded({ organizationId, credential });
      if (isEnded(update.operation)) await credentials.release(organizationId, id);
      await context.transaction(async (trx) => {
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
    const { resource, update } = await loadRows(db, context);
    const job = jobName(context, resource);
    const sink = createRunSink(context);
    const skip = await countStored(db, context.runId, 'apply');
    const credential = await resolveFor(dependencies, resource, update.manifest as never).catch(() => undefined);
    context.mask(credential?.secrets ?? []);
    await iac.cancel(job, cancelGraceMs, sink, skip, context.signal);
    const state = await iac.readState(job);
    if (update.operation !== 'preview') {
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

  const kindOf = (operation: UpdateOperation): RunKind<StackRunInput> =>
    defineRunKind<StackRunInput>({
      name: `stack.${operation}`,
      input: stackRunInput,
      timeoutMs: defaultTimeoutMs,
      supersedesQueued: true,
      steps: [resolve, prepare, apply, tidy],
      cleanup,
      async onFinished(trx, run, outcome) {
        // A destroy that failed keeps the resource, with its failure: it can be used, or deleted, again.
        if (operation !== 'delete' || outcome.state === 'succeeded' || run.organizationId === null) return;
        await updateCloudResource(trx, run.organizationId, run.input.cloudResourceId, { deleting: false });
      },
    });
  return updateOperations.map(kindOf);
}
