import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import type { CloudResourceRow } from '../cloud-resources/index.ts';
import type { Manifest } from '../kinds/index.ts';
import { sealRestored } from './restored-state.ts';
import { replacedBy } from './stack-preview.ts';
import { looksOnly, timeoutOf, type UpdateOperation, type UpdateStack } from './stack-update.ts';
import { insertUpdate, listWaitingRuns } from './stack-update-store.ts';

/** Who asks; without a user it is davit itself. */
export interface WhoAsks extends Partial<Pick<Principal, 'role'>> {
  readonly organizationId: string;
  readonly userId: string | null;
}
/** What is to be done with a stack. */
export interface WantedUpdate extends UpdateStack {
  operation: UpdateOperation;
  preview?: boolean;
  manifest?: Manifest;
  retryOf?: string;
  importIds?: Readonly<Record<string, string>> | null;
  restoredState?: string | null;
}

/** Queues updates of stacks, within whatever transaction asks for them. */
export function createUpdateQueue({ engine, secretBox }: { engine: RunEngine; secretBox: SecretBox }) {
  /** A preview holds for the state that it was made of: what is going to change that one takes the place of whatever waits. */
  async function replaceWaiting(
    trx: Tx,
    { organizationId }: WhoAsks,
    cloudResourceId: string,
    { by, operation }: { by: string; operation: UpdateOperation },
  ): Promise<void> {
    for (const runId of await listWaitingRuns(trx, organizationId, cloudResourceId)) {
      await engine.endWaiting(trx, { organizationId, runId, outcome: replacedBy(operation), supersededBy: by });
    }
  }

  return async function enqueue(
    trx: Tx,
    who: WhoAsks,
    resource: CloudResourceRow,
    wanted: WantedUpdate,
  ): Promise<string> {
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
      preview: wanted.preview ?? false,
      importIds: wanted.importIds == null ? null : JSON.stringify(wanted.importIds),
      restoredState: await sealRestored(
        trx,
        secretBox,
        { organizationId: who.organizationId, id },
        wanted.restoredState,
      ),
      retryOf: wanted.retryOf ?? null,
      createdBy: who.userId,
      askedRole: who.role ?? null,
    });
    if (!looksOnly(wanted.operation)) await replaceWaiting(trx, who, resource.id, { by: run.id, ...wanted });
    return id;
  };
}
