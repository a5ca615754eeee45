import { stringify } from 'yaml';
import { z } from 'zod';
import type { IacEngine, StackJob } from '../../adapters/iac/iac.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Role } from '../../platform/http/principal.ts';
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
import type { ProjectService } from '../projects/index.ts';
import type { ModuleFolders, PreparedModule } from './module-folders.ts';
import type { PlatformAccess } from './platform-access.ts';
import { openRestored } from './restored-state.ts';
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
  platform: PlatformAccess;
  projects: Pick<ProjectService, 'getEnvironment'>;
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

const previewSuffix = '-preview';

/** What the engine calls the preview before a deployment: a job of its own, of which nothing is left when it has ended. */
export function previewJobName(context: StackContext, resource: CloudResourceRow) {
  const name = jobName(context, resource);
  return { ...name, id: `${name.id}${previewSuffix}` };
}

/** Whether a job is one that changes no state: what it leaves is worth nothing. */
export const isPreviewJob = (jobId: string): boolean => jobId.endsWith(previewSuffix);

/** Whose approval a deployment of a cloud resource needs in its environment, at this moment. Without an environment: nobody's. */
export async function environmentApproval(
  { projects }: Pick<StackRunDependencies, 'projects'>,
  { organizationId, environmentId }: Pick<CloudResourceRow, 'organizationId' | 'environmentId'>,
): Promise<'none' | 'another_member'> {
  if (environmentId === null) return 'none';
  return (await projects.getEnvironment(organizationId, environmentId)).deployApproval;
}

/** The credential that a manifest's kind needs; undefined for a kind that needs none. */
export async function resolveFor(
  { kinds, credentials }: StackRunDependencies,
  resource: CloudResourceRow,
  manifest: Manifest,
): Promise<ResolvedCredential | undefined> {
  const { organizationId, environmentId } = resource;
  const { provider } = await kinds.get(organizationId, manifest.kind);
  if (provider === null || provider === 'davit') return undefined;
  return await credentials.resolve({ organizationId, provider, environmentId, labels: manifest.metadata.labels });
}

/** What a restore is given: neither a program nor a credential, since it asks nobody anything. */
async function createRestore({ db, secretBox }: StackRunDependencies, context: StackContext): Promise<StackJob> {
  const { update, resource } = await loadRows(db, context);
  const passphrase = await openPassphrase(db, secretBox, resource);
  context.mask([passphrase]);
  return {
    ...jobName(context, resource),
    operation: 'restore',
    moduleFolder: null,
    readable: [],
    input: '',
    variables: {},
    files: {},
    passphrase,
    clearPending: false,
    environment: {},
    plan: null,
    importIds: {},
    restoredState: await openRestored(db, secretBox, update),
    attempt: 1,
  };
}

const takesBack = (operation: string): boolean => operation === 'destroy' || operation === 'delete';

/** What a stack's secrets are sealed with. */
export const openPassphrase = async (
  db: Db,
  secretBox: SecretBox,
  { organizationId, id, passphrase }: CloudResourceRow,
) => (await secretBox.open(db, passphrasePlace(organizationId, id), passphrase)).toString('utf8');

/**
 * Everything that the engine is given. What of it is secret is masked in the run's output from here on. Without a module only a
 * restore can be.
 */
export async function createJob(
  dependencies: StackRunDependencies,
  context: StackContext,
  module: PreparedModule | null,
  changes: Partial<Pick<StackJob, 'id' | 'operation' | 'plan'>> = {},
): Promise<StackJob> {
  if (module === null) return await createRestore(dependencies, context);
  const { db, secretBox, kinds, platform } = dependencies;
  const { update, resource, manifest } = await loadRows(db, context);
  const { organizationId, environmentId } = resource;
  const kind = await kinds.get(organizationId, manifest.kind);
  const [credential, passphrase, complete] = await Promise.all([
    resolveFor(dependencies, resource, manifest),
    openPassphrase(db, secretBox, resource),
    completeTarget({ db, secretBox }, { organizationId, environmentId, manifest }, kind).catch((error: unknown) => {
      // What is destroyed goes by its state: the program is not run, and whoever gave the value may be gone already.
      if (!takesBack(update.operation) || AppError.from(error).code !== 'CLOUD_RESOURCE_VALUE_MISSING') throw error;
      return { target: manifest, secrets: [] };
    }),
  ]);
  const { target, secrets } = complete;
  const { runId } = context;
  const own = platform.secretsOf({ passphrase, runId });
  context.mask([...(credential?.secrets ?? []), ...secrets, ...own, passphrase]);
  const operation = update.operation as UpdateOperation;
  const access =
    kind.provider === 'davit'
      ? await platform.grant({
          organizationId,
          runId,
          operation,
          passphrase,
          cloudResourceId: resource.id,
          name: `${operation} of ${manifest.kind}/${manifest.metadata.name}`,
          askedBy: update.createdBy,
          askedRole: update.askedRole as Role | null,
        })
      : {};
  return {
    ...jobName(context, resource),
    operation: engineOperation(operation),
    moduleFolder: module.folder,
    readable: module.readable,
    environment: module.environment,
    input: stringify({ target, provider_config: credential?.fields ?? {} }),
    variables: { ...credential?.variables, ...access },
    files: credential?.files ?? {},
    passphrase,
    clearPending: update.clearPending,
    importIds: (update.importIds ?? {}) as Record<string, string>,
    restoredState: null,
    attempt: 1,
    plan: null,
    ...changes,
  };
}

function engineOperation(operation: UpdateOperation): StackJob['operation'] {
  return operation === 'delete' ? 'destroy' : operation;
}
