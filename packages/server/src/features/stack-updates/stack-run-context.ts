import { stringify } from 'yaml';
import { z } from 'zod';
import type { IacEngine, StackJob } from '../../adapters/iac/iac.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { RunContext } from '../../platform/runs/run-kind.ts';
import {
  type CloudResourceRow,
  cloudResourceErrors,
  completeTarget,
  lockCloudResource,
  passphrasePlace,
} from '../cloud-resources/index.ts';
import type { CredentialResolver, ResolvedCredential } from '../credentials/index.ts';
import type { KindService, Manifest } from '../kinds/index.ts';
import type { ModuleFolders, PreparedModule } from './module-folders.ts';
import type { UpdateOperation } from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';
import { findUpdate, type UpdateWithRun } from './stack-update-store.ts';

/** What a run of a stack is given; all else is in the rows. */
export const stackRunInput = z.strictObject({ cloudResourceId: z.string(), stackUpdateId: z.string() });
export type StackRunInput = z.output<typeof stackRunInput>;
export type StackContext = RunContext<StackRunInput>;

export interface StackRunDependencies {
  db: Db;
  secretBox: SecretBox;
  kinds: KindService;
  credentials: Pick<CredentialResolver, 'resolve' | 'use' | 'succeeded' | 'release'>;
  iac: IacEngine;
  modules: ModuleFolders;
}

/** The organization of a run about a stack; every one has one. */
export function tenantOf({ organizationId }: { organizationId: string | null }): string {
  if (organizationId === null) throw new Error('a run about a stack without an organization');
  return organizationId;
}

/** The rows that a run is about. */
export async function loadRows(
  db: Db,
  context: Pick<StackContext, 'organizationId' | 'input'>,
): Promise<{ update: UpdateWithRun; resource: CloudResourceRow; manifest: Manifest }> {
  const organizationId = tenantOf(context);
  const update = await findUpdate(db, organizationId, context.input.stackUpdateId);
  if (update === undefined) throw stackUpdateErrors.STACK_UPDATE_NOT_FOUND();
  const resource = await db
    .transaction()
    .execute((trx) => lockCloudResource(trx, organizationId, update.cloudResourceId));
  if (resource === undefined) throw cloudResourceErrors.CLOUD_RESOURCE_NOT_FOUND();
  return { update, resource, manifest: update.manifest as unknown as Manifest };
}

/** What the engine calls the job of a run. */
export function jobName(context: StackContext, resource: CloudResourceRow) {
  const { stackOrganization, stackProject, stackName } = resource;
  return {
    id: context.runId,
    stackKey: resource.id,
    address: { organization: stackOrganization, project: stackProject, stack: stackName },
  };
}

/** The credential that a manifest's kind needs; undefined for a kind that needs none. */
export async function resolveFor(
  { kinds, credentials }: StackRunDependencies,
  resource: CloudResourceRow,
  manifest: Manifest,
): Promise<ResolvedCredential | undefined> {
  const { organizationId, environmentId } = resource;
  const { provider } = await kinds.get(organizationId, manifest.kind);
  if (provider === null) return undefined;
  return await credentials.resolve({ organizationId, provider, environmentId, labels: manifest.metadata.labels });
}

/** Everything that the engine is given. What of it is secret is masked in the run's output from here on. */
export async function createJob(
  dependencies: StackRunDependencies,
  context: StackContext,
  module: PreparedModule,
): Promise<StackJob> {
  const { db, secretBox, kinds } = dependencies;
  const { update, resource, manifest } = await loadRows(db, context);
  const { organizationId, environmentId, id } = resource;
  const kind = await kinds.get(organizationId, manifest.kind);
  const [credential, passphrase, complete] = await Promise.all([
    resolveFor(dependencies, resource, manifest),
    secretBox.open(db, passphrasePlace(organizationId, id), resource.passphrase),
    completeTarget({ db, secretBox }, { organizationId, environmentId, manifest }, kind),
  ]);
  const { target, secrets } = complete;
  context.mask([...(credential?.secrets ?? []), ...secrets, passphrase.toString('utf8')]);
  return {
    ...jobName(context, resource),
    operation: engineOperation(update.operation as UpdateOperation),
    moduleFolder: module.folder,
    readable: module.readable,
    input: stringify({ target, provider_config: credential?.fields ?? {} }),
    variables: credential?.variables ?? {},
    files: credential?.files ?? {},
    passphrase: passphrase.toString('utf8'),
    clearPending: update.clearPending,
  };
}

function engineOperation(operation: UpdateOperation): StackJob['operation'] {
  return operation === 'delete' ? 'destroy' : operation;
}
