import { randomBytes } from 'node:crypto';
import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import {
  deriveStackName,
  type KindService,
  type ReadManifest,
  resourceKey,
  type StackName,
  StackNameFault,
  type StackOwner,
} from '../kinds/index.ts';
import type { ProjectService } from '../projects/index.ts';
import type { Applied, Apply, CloudResource, PendingOperation } from './cloud-resource.ts';
import { cloudResourceErrors } from './cloud-resource-errors.ts';
import {
  findByStack,
  findCloudResource,
  findDeployedManifest,
  findOrganizationName,
  insertCloudResource,
  listCloudResources,
  type ResourceWithState,
  updateCloudResource,
} from './cloud-resource-store.ts';
import type { Drift, DriftDifference } from './drift.ts';
import { listOutputs } from './output-store.ts';

export interface CloudResourceServiceOptions {
  db: Db;
  secretBox: SecretBox;
  kinds: KindService;
  projects: ProjectService;
}

export type CloudResourceService = ReturnType<typeof createCloudResourceService>;

/** What one program's environment holds, with room for the values that references stand for. */
const largestManifest = 64 * 1024;

/** Where the passphrase of a stack is sealed. */
export const passphrasePlace = (organizationId: string, id: string) => ({
  organizationId,
  table: 'cloud_resources',
  column: 'passphrase',
  rowId: id,
});

function driftOf({ driftStatus, driftUpdateId, driftCheckedAt, differences }: ResourceWithState): Drift | null {
  if (driftStatus === null || driftUpdateId === null || driftCheckedAt === null) return null;
  return {
    checkedAt: driftCheckedAt,
    status: driftStatus as Drift['status'],
    stackUpdateId: driftUpdateId,
    differences: differences as unknown as DriftDifference[],
  };
}

function present(row: ResourceWithState): CloudResource {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    environmentId: row.environmentId,
    stackFqdn: `${row.stackOrganization}/${row.stackProject}/${row.stackName}`,
    manifest: row.manifest as Record<string, unknown>,
    deleting: row.deleting,
    resourceCount: row.resources ?? 0,
    pendingOperations: (row.pending ?? []) as PendingOperation[],
    drift: driftOf(row),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** What is meant for one resource makes no other: its name or a label of its stack was changed by mistake. */
function refuseOthers(made: readonly { id: string }[], meant: string | undefined): void {
  if (meant === undefined || made.every(({ id }) => id === meant)) return;
  throw cloudResourceErrors.CLOUD_RESOURCE_MOVED({
    message: 'The manifest is that of another cloud resource: its kind, its name or the labels of its stack differ.',
  });
}

/** Manifests as they are stored: what should be there. What brings it about are stack updates. */
export function createCloudResourceService({ db, secretBox, kinds, projects }: CloudResourceServiceOptions) {
  async function get(organizationId: string, id: string): Promise<CloudResource> {
    const row = await findCloudResource(db, organizationId, id);
    if (row === undefined) throw cloudResourceErrors.CLOUD_RESOURCE_NOT_FOUND();
    return present(row);
  }

  async function ownerOf(organizationId: string, environmentId: string | undefined): Promise<StackOwner> {
    const organization = await findOrganizationName(db, organizationId);
    if (environmentId === undefined) return { organization, project: 'default', environment: 'default' };
    const environment = await projects.getEnvironment(organizationId, environmentId);
    const project = await projects.get(organizationId, environment.projectId);
    return { organization, project: project.name, environment: environment.name };
  }

  function addressOf(read: ReadManifest, owner: StackOwner): StackName {
    const { kind, metadata } = read.manifest;
    try {
      return deriveStackName({ kind, name: metadata.name, labels: metadata.labels }, owner);
    } catch (error) {
      if (!(error instanceof StackNameFault)) throw error;
      throw read.refuse(['metadata', 'labels', error.label], error.message);
    }
  }

  async function create(
    trx: Tx,
    organizationId: string,
    environmentId: string | undefined,
    read: ReadManifest,
    address: StackName,
  ) {
    const id = createId('res');
    const { kind, metadata } = read.manifest;
    const passphrase = randomBytes(32).toString('base64url');
    const made = await insertCloudResource(trx, {
      id,
      organizationId,
      environmentId: environmentId ?? null,
      kind,
      name: metadata.name,
      manifest: JSON.stringify(read.manifest),
      stackOrganization: address.organization,
      stackProject: address.project,
      stackName: address.stack,
      passphrase: await secretBox.seal(trx, passphrasePlace(organizationId, id), passphrase),
    });
    // Somebody applied the same manifest at this very moment: theirs is there.
    if (!made) throw cloudResourceErrors.CLOUD_RESOURCE_BUSY();
    return { id, created: true };
  }

  async function applyOne(
    trx: Tx,
    organizationId: string,
    environmentId: string | undefined,
    read: ReadManifest,
    address: StackName,
  ) {
    const manifest = JSON.stringify(read.manifest);
    if (manifest.length > largestManifest) throw cloudResourceErrors.CLOUD_RESOURCE_TOO_LARGE();
    const row = await findByStack(trx, organizationId, address);
    if (row === undefined) return await create(trx, organizationId, environmentId, read, address);
    if (row.deleting) throw cloudResourceErrors.CLOUD_RESOURCE_BEING_DELETED();
    const { kind, metadata } = read.manifest;
    if (row.kind !== kind || row.name !== metadata.name) {
      throw cloudResourceErrors.CLOUD_RESOURCE_MOVED({
        message: `The stack ${address.project}/${address.stack} belongs to ${resourceKey(row)}.`,
      });
    }
    await updateCloudResource(trx, organizationId, row.id, { manifest });
    return { id: row.id, created: false };
  }

  return {
    /** @throws AppError CLOUD_RESOURCE_NOT_FOUND */
    get,

    async getDetail(organizationId: string, id: string) {
      const resource = await get(organizationId, id);
      const [outputs, deployedManifest] = await Promise.all([
        listOutputs(db, organizationId, id),
        findDeployedManifest(db, organizationId, id),
      ]);
      return { ...resource, outputs, deployedManifest };
    },

    async list(organizationId: string, page: Parameters<typeof listCloudResources>[2]): Promise<CloudResource[]> {
      return (await listCloudResources(db, organizationId, page)).map(present);
    },

    /** Stores all manifests of a text or none of them. */
    async apply(organizationId: string, { manifest, environmentId, cloudResourceId }: Apply): Promise<Applied> {
      const waves = await kinds.readManifests(organizationId, manifest);
      const owner = await ownerOf(organizationId, environmentId);
      const addressed = waves.map((wave) => wave.map((read) => ({ read, address: addressOf(read, owner) })));
      const ids = await db.transaction().execute(async (trx) => {
        const made: { id: string; created: boolean }[][] = [];
        for (const wave of addressed) {
          const one: { id: string; created: boolean }[] = [];
          for (const { read, address } of wave)
            one.push(await applyOne(trx, organizationId, environmentId, read, address));
          made.push(one);
        }
        refuseOthers(made.flat(), cloudResourceId);
        return made;
      });
      const resources = await Promise.all(
        ids.flat().map(async ({ id, created }) => ({ resource: await get(organizationId, id), created })),
      );
      return { resources, waves: ids.map((wave) => wave.map(({ id }) => id)) };
    },
  };
}
