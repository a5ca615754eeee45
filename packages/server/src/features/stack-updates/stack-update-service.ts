import { AppError } from '../../kernel/app-error.ts';
import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import {
  type CloudResourceRow,
  cloudResourceErrors,
  deleteCheckpoints,
  lockCloudResource,
  replaceOutputs,
  updateCloudResource,
} from '../cloud-resources/index.ts';
import type { Manifest } from '../kinds/index.ts';
import {
  type ChosenCredential,
  runStatesOf,
  type StackUpdate,
  type StackUpdateDetail,
  timeoutOf,
  type UpdateOperation,
  type UpdateStack,
  type UpdateStatus,
  updateStatus,
} from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { findUpdate, insertUpdate, listOpenRuns, listUpdates, type UpdateWithRun } from './stack-update-store.ts';
import { updateOutput } from './update-output.ts';

export interface StackUpdateServiceOptions {
  db: Db;
  secretBox: SecretBox;
  engine: RunEngine;
  /** A resource is gone: it holds its credential back no more, and nothing of it is kept on disk. */
  forgetStack(organizationId: string, cloudResourceId: string): Promise<void>;
}

type Who = Pick<Principal, 'organizationId' | 'userId'>;
interface Wanted extends UpdateStack {
  operation: UpdateOperation;
  manifest?: Manifest;
  retryOf?: string;
}

export type StackUpdateService = ReturnType<typeof createStackUpdateService>;

function present(row: UpdateWithRun): StackUpdate {
  return {
    id: row.id,
    cloudResourceId: row.cloudResourceId,
    runId: row.runId,
    operation: row.operation as UpdateOperation,
    status: updateStatus(row.runState),
    reason: row.runReason,
    errorCode: row.runErrorCode,
    currentStep: row.runStep,
    stackFqdn: `${row.stackOrganization}/${row.stackProject}/${row.stackName}`,
    credential: row.credential as ChosenCredential | null,
    changes: row.changes as Record<string, number> | null,
    retryOf: row.retryOf,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    startedAt: row.runStartedAt,
    finishedAt: row.runFinishedAt,
  };
}

/** Asks for what changes a stack. Each is a run, one at a time for each stack. */
export function createStackUpdateService(options: StackUpdateServiceOptions) {
  const { db, engine, secretBox } = options;

  async function find(organizationId: string, id: string): Promise<UpdateWithRun> {
    const row = await findUpdate(db, organizationId, id);
    if (row === undefined) throw stackUpdateErrors.STACK_UPDATE_NOT_FOUND();
    return row;
  }

  async function lock(trx: Tx, organizationId: string, cloudResourceId: string): Promise<CloudResourceRow> {
    const resource = await lockCloudResource(trx, organizationId, cloudResourceId);
    if (resource === undefined || resource.deletedAt !== null) throw cloudResourceErrors.CLOUD_RESOURCE_NOT_FOUND();
    return resource;
  }

  async function enqueue(trx: Tx, who: Who, resource: CloudResourceRow, wanted: Wanted): Promise<string> {
    const id = createId('stu');
    const manifest = wanted.manifest ?? (resource.manifest as unknown as Manifest);
    const run = await engine.enqueue(trx, {
      kind: `stack.${wanted.operation}`,
      organizationId: who.organizationId,
      subject: resource.id,
      input: { cloudResourceId: resource.id, stackUpdateId: id },
      askedBy: who.userId,
      timeoutMs: timeoutOf(manifest.metadata.labels, wanted.timeoutMinutes),
    });
    await insertUpdate(trx, {
      id,
      organizationId: who.organizationId,
      cloudResourceId: resource.id,
      runId: run.id,
      operation: wanted.operation,
      manifest: JSON.stringify(manifest),
      clearPending: wanted.clearPending,
      retryOf: wanted.retryOf ?? null,
      createdBy: who.userId,
    });
    return id;
  }

  async function request(who: Who, cloudResourceId: string, wanted: Wanted): Promise<StackUpdate> {
    const id = await db.transaction().execute(async (trx) => {
      const resource = await lock(trx, who.organizationId, cloudResourceId);
      if (resource.deleting && wanted.operation !== 'delete') throw cloudResourceErrors.CLOUD_RESOURCE_BEING_DELETED();
      if (wanted.operation === 'delete')
        await updateCloudResource(trx, who.organizationId, resource.id, { deleting: true });
      return await enqueue(trx, who, resource, wanted);
    });
    return present(await find(who.organizationId, id));
  }

  /** Ends what is under way: nothing else is to be done with what is deleted. */
  async function cancelOthers(who: Who, cloudResourceId: string, but: string): Promise<void> {
    for (const { id } of await listOpenRuns(db, who.organizationId, cloudResourceId)) {
      if (id === but) continue;
      await engine.cancel(who.organizationId, id, who.userId).catch((error: unknown) => {
        if (AppError.from(error).code !== 'RUN_ALREADY_ENDED') throw error;
      });
    }
  }

  return {
    async get(organizationId: string, id: string): Promise<StackUpdateDetail> {
      const row = await find(organizationId, id);
      const update = present(row);
      const at = update.finishedAt ?? update.startedAt ?? update.createdAt;
      const error = update.status === 'failed' || update.status === 'canceled' ? update.reason : null;
      const { status, stackFqdn } = update;
      const pages = await engine.readWholeOutput(organizationId, row.runId);
      return { ...update, output: await updateOutput({ status, at, stackFqdn, exitCode: row.exitCode, error }, pages) };
    },

    async list(
      organizationId: string,
      page: {
        limit: number;
        before: string | undefined;
        cloudResourceId: string | undefined;
        status: UpdateStatus | undefined;
      },
    ): Promise<StackUpdate[]> {
      const { status, ...rest } = page;
      const states = status === undefined ? undefined : runStatesOf[status];
      return (await listUpdates(db, organizationId, { ...rest, states })).map(present);
    },

    /** Lines of its output after line `after`, each with the status of then; the last has no content and its final status. */
    async *follow(organizationId: string, id: string, after: number, signal: AbortSignal) {
      const { runId, runState } = await find(organizationId, id);
      let status = updateStatus(runState);
      let seq = after;
      for await (const update of engine.followOutput(organizationId, runId, after, signal)) {
        if (update.type === 'output') {
          for (const { at, ...line } of update.batch.lines) yield { ...line, at: new Date(at), status };
          seq = update.batch.lastSeq;
          continue;
        }
        status = updateStatus(update.run.state);
        if (update.type === 'end') yield { seq, content: '', stream: 'event' as const, at: new Date(), status };
      }
    },

    /** Queues an update of a resource as its manifest is now. */
    request: (who: Who, cloudResourceId: string, operation: Exclude<UpdateOperation, 'delete'>, body: UpdateStack) =>
      request(who, cloudResourceId, { ...body, operation }),

    /** Destroys what the resource made, then forgets it. When the destroy fails the resource stays, and may be deleted again. */
    async delete(who: Who, cloudResourceId: string): Promise<StackUpdate> {
      const update = await request(who, cloudResourceId, { operation: 'delete', clearPending: false });
      await cancelOthers(who, cloudResourceId, update.runId);
      return update;
    },

    /** Forgets a resource and leaves what it made to itself. @throws AppError CLOUD_RESOURCE_BUSY */
    async orphan(who: Who, cloudResourceId: string): Promise<void> {
      const { organizationId } = who;
      await db.transaction().execute(async (trx) => {
        const resource = await lock(trx, organizationId, cloudResourceId);
        const open = await listOpenRuns(trx, organizationId, cloudResourceId);
        if (open.length > 0) throw cloudResourceErrors.CLOUD_RESOURCE_BUSY();
        await replaceOutputs(trx, secretBox, resource, {});
        await deleteCheckpoints(trx, organizationId, cloudResourceId);
        await updateCloudResource(trx, organizationId, cloudResourceId, { deletedAt: new Date() });
      });
      await options.forgetStack(organizationId, cloudResourceId);
    },

    async cancel(who: Who, id: string): Promise<StackUpdate> {
      const { runId } = await find(who.organizationId, id);
      await engine.cancel(who.organizationId, runId, who.userId);
      return present(await find(who.organizationId, id));
    },

    /** The same operation with the manifest of that time. @throws AppError STACK_UPDATE_NOT_ENDED */
    async retry(who: Who, id: string): Promise<StackUpdate> {
      const former = await find(who.organizationId, id);
      const status = updateStatus(former.runState);
      if (status === 'queued' || status === 'in_progress') throw stackUpdateErrors.STACK_UPDATE_NOT_ENDED();
      return await request(who, former.cloudResourceId, {
        operation: former.operation as UpdateOperation,
        manifest: former.manifest as unknown as Manifest,
        clearPending: former.clearPending,
        retryOf: id,
      });
    },
  };
}
