import type { IacEngine } from '../../adapters/iac/iac.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import {
  type Checkpoint,
  type CloudResourceRow,
  cloudResourceErrors,
  findCloudResource,
  listCheckpoints,
  passphrasePlace,
  readCheckpoint,
} from '../cloud-resources/index.ts';
import type { AuditLog } from '../organizations/index.ts';
import type { StackUpdate } from './stack-update.ts';
import type { StackUpdateService } from './stack-update-service.ts';

export interface StackStateServiceOptions {
  db: Db;
  secretBox: SecretBox;
  iac: Pick<IacEngine, 'exportState' | 'checkState'>;
  audit: AuditLog;
  stackUpdates: Pick<StackUpdateService, 'restore'>;
}

export type StackStateService = ReturnType<typeof createStackStateService>;

/** The states of stacks that are kept: seen, taken out, and put back. A state is put in place by a run, in its turn. */
export function createStackStateService({ db, secretBox, iac, audit, stackUpdates }: StackStateServiceOptions) {
  async function find(organizationId: string, id: string): Promise<CloudResourceRow> {
    const resource = await findCloudResource(db, organizationId, id);
    if (resource === undefined) throw cloudResourceErrors.CLOUD_RESOURCE_NOT_FOUND();
    return resource;
  }

  async function exportVersion(organizationId: string, id: string, version: number): Promise<string> {
    await find(organizationId, id);
    const state = await readCheckpoint(db, secretBox, organizationId, id, version);
    if (state === null) throw cloudResourceErrors.CHECKPOINT_NOT_FOUND();
    return iac.exportState(state);
  }

  async function restore(who: Principal, id: string, state: string): Promise<StackUpdate> {
    const resource = await find(who.organizationId, id);
    const { organizationId, stackOrganization, stackProject, stackName } = resource;
    const passphrase = await secretBox.open(db, passphrasePlace(organizationId, id), resource.passphrase);
    await iac.checkState(state, {
      address: { organization: stackOrganization, project: stackProject, stack: stackName },
      passphrase: passphrase.toString('utf8'),
    });
    return await stackUpdates.restore(who, id, state);
  }

  return {
    /** @throws AppError CLOUD_RESOURCE_NOT_FOUND */
    async list(
      organizationId: string,
      id: string,
      page: { limit: number; before: number | undefined },
    ): Promise<Checkpoint[]> {
      await find(organizationId, id);
      return await listCheckpoints(db, organizationId, id, page);
    },

    /** A state as `pulumi stack export` writes it, secrets encrypted. Who took it is recorded. @throws AppError CHECKPOINT_NOT_FOUND */
    async export(who: Principal, id: string, version: number, address: string): Promise<string> {
      const state = await exportVersion(who.organizationId, id, version);
      const entry = { principal: who, action: 'stack_state.export', subject: id, result: 'done', address } as const;
      await audit.record({ ...entry, details: { version } });
      return state;
    },

    /** Queues that a kept state takes the place of the newest. @throws AppError CHECKPOINT_NOT_FOUND */
    restoreCheckpoint: async (who: Principal, id: string, version: number): Promise<StackUpdate> =>
      await restore(who, id, await exportVersion(who.organizationId, id, version)),

    /** Queues that somebody's text takes the place of the newest state. @throws AppError IAC_STATE_REFUSED */
    importState: restore,
  };
}
