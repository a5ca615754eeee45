import type { RunOutcome, RunStep } from '../../platform/runs/run-kind.ts';
import { RunWait } from '../../platform/runs/run-kind.ts';
import { lockCloudResource, newestVersion, readCheckpoint } from '../cloud-resources/index.ts';
import { changesAnything, longestWaitMs, type Requirement, requirementOf } from './approval.ts';
import { askForApproval, savePlan } from './approval-store.ts';
import { moduleOf } from './module-step.ts';
import { createRunSink } from './run-sink.ts';
import {
  createJob,
  environmentApproval,
  loadRows,
  previewJobName,
  type StackContext,
  type StackRunDependencies,
  type StackRunInput,
  tenantOf,
} from './stack-run-context.ts';
import { looksOnly } from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { countStored, listQueuedKinds } from './stack-update-store.ts';

/** What the step `preview` leaves to those after it; null where nobody's decision is needed. */
export interface Previewed {
  readonly required: Requirement;
  readonly changes: Readonly<Record<string, number>>;
}

const previewedOf = (context: Pick<StackContext, 'results'>): Previewed | null =>
  (context.results['preview'] ?? null) as Previewed | null;

const expired: RunOutcome = {
  state: 'canceled',
  reason: 'Discarded: nobody approved it within 7 days. Deploy again to see what it would change now.',
  errorCode: null,
};

/**
 * The steps of a deployment before it is done: what it would change is previewed, where its environment or whoever asked wants
 * that, and then somebody decides. While it waits nothing of it is on disk, and it holds up no other update of the stack.
 */
export function createPreviewSteps(dependencies: StackRunDependencies): RunStep<StackRunInput>[] {
  const { db, secretBox, iac } = dependencies;

  const preview: RunStep<StackRunInput> = {
    name: 'preview',
    async run(context) {
      const { resource, update } = await loadRows(db, context);
      const environment = await environmentApproval(dependencies, resource);
      const required = requirementOf({ environment, preview: update.preview });
      if (required === null) {
        context.output.write('system', 'Nobody wants a preview first: it is done at once.');
        return null;
      }
      const { organizationId, id } = resource;
      const name = previewJobName(context, resource);
      const stateVersion = await newestVersion(db, organizationId, id);
      await iac.prepare(
        name,
        () => readCheckpoint(db, secretBox, organizationId, id),
        async () => undefined,
        context.signal,
      );
      const job = await createJob(dependencies, context, moduleOf(context), { id: name.id, operation: 'preview' });
      await context.output.flush();
      const skip = context.attempt > 1 ? await countStored(db, context.runId, 'preview') : 0;
      const end = await iac.run(job, createRunSink(context), skip, context.signal);
      if (!end.succeeded || end.plan === null) {
        throw stackUpdateErrors.STACK_UPDATE_FAILED({ message: end.message ?? 'The preview left no plan.' });
      }
      const { plan, changes } = end;
      const at = { organizationId, stackUpdateId: update.id };
      await context.transaction((trx) => savePlan(trx, secretBox, at, { required, changes, stateVersion, plan }));
      await iac.forget(name, context.signal);
      return { required, changes };
    },
  };

  const approval: RunStep<StackRunInput> = {
    name: 'approval',
    async run(context) {
      const previewed = previewedOf(context);
      if (previewed === null) {
        context.output.write('system', 'Nobody has to approve it.');
        return null;
      }
      if (!changesAnything(previewed.changes)) {
        context.output.write('system', 'The preview changes nothing, so that nobody has to approve it.');
        return null;
      }
      const who = previewed.required === 'another_member' ? 'another member' : 'a member';
      const { stackUpdateId } = context.input;
      const say = `Waits until ${who} approves it: davit stack-update approve ${stackUpdateId}, or discard ${stackUpdateId}.`;
      if (context.attempt === 1) context.output.write('system', say);
      return new RunWait({
        limitMs: longestWaitMs,
        expired,
        async begin(trx) {
          const organizationId = tenantOf(context);
          // Whoever asks for another update holds this lock too: one of the two sees the other.
          await lockCloudResource(trx, organizationId, context.input.cloudResourceId);
          const queued = await listQueuedKinds(trx, organizationId, context.input.cloudResourceId);
          const newer = queued.find((kind) => !looksOnly(kind));
          if (newer !== undefined) return replacedBy(newer);
          await askForApproval(trx, organizationId, stackUpdateId);
          return undefined;
        },
      });
    },
  };

  return [preview, approval];
}

/** How a deployment that waits ends when the stack is going to be another one: its preview holds no more. */
export function replacedBy(kindOrOperation: string): RunOutcome {
  const operation = kindOrOperation.replace(/^stack\./, '');
  const reason = `Discarded: another update of the stack (${operation}) was asked for while it waited for approval.`;
  return { state: 'superseded', reason, errorCode: null };
}
