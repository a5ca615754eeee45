import { AppError } from '../../kernel/app-error.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { authorize } from '../../platform/http/request-checks.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import {
  type CloudResourceRow,
  cloudResourceErrors,
  deleteCheckpoints,
  hasResources,
  lockCloudResource,
  replaceOutputs,
  updateCloudResource,
} from '../cloud-resources/index.ts';
import type { Manifest } from '../kinds/index.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import type { ProjectService } from '../projects/index.ts';
import { createUpdateQueue, type WantedUpdate as Wanted, type WhoAsks as Who } from './enqueue-update.ts';
import { presentUpdate as present } from './present-update.ts';
import { dropRestored, openRestored } from './restored-state.ts';
import { createStackApprovals } from './stack-approvals.ts';
import { environmentApproval } from './stack-run-context.ts';
import {
  type ImportStack,
  runStatesOf,
  type StackUpdate,
  type StackUpdateDetail,
  type UpdateOperation,
  type UpdateStack,
  type UpdateStatus,
  updateStatus,
} from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { findUpdate, listOpenRuns, listUpdates, type UpdateWithRun } from './stack-update-store.ts';
import { updateOutput } from './update-output.ts';

export interface StackUpdateServiceOptions {
  db: Db;
  secretBox: SecretBox;
  engine: RunEngine;
  audit: AuditLog;
  projects: Pick<ProjectService, 'getEnvironment'>;
  /** A resource is gone: it holds its credential back no more, and nothing of it is kept on disk. */
  forgetStack(organizationId: string, cloudResourceId: string): Promise<void>;
}

/** What asks for nothing but a time. */
type PlainOperation = 'deploy' | 'preview' | 'refresh' | 'destroy';
const adminOperations = ['destroy', 'delete', 'restore'];

export type StackUpdateService = ReturnType<typeof createStackUpdateService>;

/** How long a check may take that the clock asked for. */
const clockMinutes = 15;

/** Asks for what changes a stack. Each is a run, one at a time for each stack. */
export function createStackUpdateService(options: StackUpdateServiceOptions) {
  const { db, engine, secretBox, audit } = options;
  const enqueue = createUpdateQueue({ engine, secretBox });
  const approvals = createStackApprovals({
    db,
    engine,
    audit,
    environmentApproval: (resource) => environmentApproval(options, resource),
  });

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

  async function request(who: Who, cloudResourceId: string, wanted: Wanted): Promise<StackUpdate> {
    const id = await db.transaction().execute(async (trx) => {
      const resource = await lock(trx, who.organizationId, cloudResourceId);
      if (resource.deleting && wanted.operation !== 'delete') throw cloudResourceErrors.CLOUD_RESOURCE_BEING_DELETED();
      if (wanted.operation === 'delete')
        await updateCloudResource(trx, who.organizationId, resource.id, { deleting: true });
      if (wanted.operation === 'drift' && !(await hasResources(trx, who.organizationId, resource.id)))
        throw cloudResourceErrors.CLOUD_RESOURCE_NOT_DEPLOYED();
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
    async get(organizationId: string, id: string, { withOutput = true } = {}): Promise<StackUpdateDetail> {
      const row = await find(organizationId, id);
      const update = present(row);
      if (!withOutput) return { ...update, output: '' };
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
        credentialId: string | undefined;
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
    request: (
      who: Who,
      cloudResourceId: string,
      operation: PlainOperation,
      body: UpdateStack & { preview?: boolean },
    ) => request(who, cloudResourceId, { ...body, operation }),

    /** Looks what is not as the state says, and changes nothing. @throws AppError CLOUD_RESOURCE_NOT_DEPLOYED */
    checkDrift: (who: Who, cloudResourceId: string, body: Pick<UpdateStack, 'timeoutMinutes'>) =>
      request(who, cloudResourceId, { ...body, operation: 'drift', clearPending: false }),

    /** The same, asked for by the clock within its transaction. False where there is nothing to look at any more. */
    async checkDriftByClock(trx: Tx, { organizationId, id }: { organizationId: string; id: string }): Promise<boolean> {
      const resource = await lockCloudResource(trx, organizationId, id);
      if (resource === undefined || resource.deletedAt !== null || resource.deleting) return false;
      const wanted = { operation: 'drift', clearPending: false, timeoutMinutes: clockMinutes } as const;
      await enqueue(trx, { organizationId, userId: null }, resource, wanted);
      return true;
    },

    async approve(actor: Actor, id: string): Promise<StackUpdate> {
      await approvals.approve(actor, id);
      return present(await find(actor.principal.organizationId, id));
    },

    /** Ends a deployment that waits for approval: nothing of it is done. */
    async discard(actor: Actor, id: string): Promise<StackUpdate> {
      await approvals.discard(actor, id);
      return present(await find(actor.principal.organizationId, id));
    },

    /** Queues an import: `ids` are the provider's, by the names that the module's program gives its resources. */
    import: (who: Who, cloudResourceId: string, { ids, timeoutMinutes }: ImportStack) =>
      request(who, cloudResourceId, { operation: 'import', clearPending: false, importIds: ids, timeoutMinutes }),

    /** Queues that a state, which was found good, takes the place of the stack's own. */
    restore: (who: Who, cloudResourceId: string, restoredState: string) =>
      request(who, cloudResourceId, { operation: 'restore', clearPending: false, restoredState }),

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
        await dropRestored(trx, { organizationId, cloudResourceId, runId: null });
        await updateCloudResource(trx, organizationId, cloudResourceId, { deletedAt: new Date() });
      });
      await options.forgetStack(organizationId, cloudResourceId);
    },

    async cancel(who: Who, id: string): Promise<StackUpdate> {
      const { runId } = await find(who.organizationId, id);
      await engine.cancel(who.organizationId, runId, who.userId);
      return present(await find(who.organizationId, id));
    },

    /**
     * The same operation with the manifest of that time, and as long a time for it. What only an admin may ask for, only an admin may repeat.
     *
     * @throws AppError STACK_UPDATE_NOT_ENDED, STACK_STATE_GONE, PERMISSION_DENIED
     */
    async retry(who: Principal, id: string): Promise<StackUpdate> {
      const former = await find(who.organizationId, id);
      if (adminOperations.includes(former.operation)) authorize({ role: 'admin' }, { principal: who });
      const status = updateStatus(former.runState);
      if (status === 'queued' || status === 'in_progress') throw stackUpdateErrors.STACK_UPDATE_NOT_ENDED();
      return await request(who, former.cloudResourceId, {
        operation: former.operation as UpdateOperation,
        manifest: former.manifest as unknown as Manifest,
        clearPending: former.clearPending,
        timeoutMinutes: Math.ceil(former.runTimeoutMs / 60_000),
        preview: former.preview,
        importIds: former.importIds as Record<string, string> | null,
        restoredState: await openRestored(db, secretBox, former),
        retryOf: id,
      });
    },
  };
}
