import { z } from 'zod';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import { type ServiceSource, serviceErrors, serviceSettings } from '../services/index.ts';
import type { UploadService } from '../uploads/index.ts';
import { compareDigests, releaseDigests, type VariableService, variableChangeSchema } from '../variables/index.ts';
import { deploymentSchema } from './deployment.ts';
import type { DeploymentService } from './deployment-service.ts';
import {
  type ComparedRelease,
  listComparedReleases,
  listDeployedServices,
  listNewestSources,
} from './release-comparison-store.ts';
import { compareSettings, settingChangeSchema } from './settings-diff.ts';
import { isSourceChanged } from './source-comparison.ts';

const differences = {
  variables: z.array(variableChangeSchema),
  settings: z.array(settingChangeSchema),
};

export const serviceChangesSchema = z
  .strictObject({
    ...differences,
    source: z.boolean().meta({ description: 'As far as is known without asking the Git host.' }),
  })
  .meta({ id: 'ServiceChanges' });
export type ServiceChanges = z.infer<typeof serviceChangesSchema>;

export const rollbackCandidateSchema = deploymentSchema
  .extend({
    changes: z.strictObject({
      commit: z.strictObject({ from: z.string().nullable(), to: z.string().nullable() }).nullable(),
      ...differences,
    }),
  })
  .meta({ id: 'RollbackCandidate' });
export type RollbackCandidate = z.infer<typeof rollbackCandidateSchema>;

export interface ReleaseComparisonOptions {
  db: Db;
  secretBox: SecretBox;
  variables: VariableService;
  uploads: UploadService;
  deployments: DeploymentService;
}

export type ReleaseComparison = ReturnType<typeof createReleaseComparison>;

/** What a release would change against another, and what a deployment now would change against what serves. */
export function createReleaseComparison({ db, secretBox, variables, uploads, deployments }: ReleaseComparisonOptions) {
  const digestsOf = (organizationId: string, ids: readonly string[]) =>
    releaseDigests(secretBox, db, organizationId, ids);

  function differencesOf(
    from: { release: ComparedRelease; digests: Record<string, string> | undefined },
    to: { settings: unknown; digests: Record<string, string> | undefined },
  ) {
    return {
      variables: compareDigests(from.digests ?? {}, to.digests ?? {}),
      settings: compareSettings(serviceSettings.parse(from.release.settings), serviceSettings.parse(to.settings)),
    };
  }

  /** By service; null for one that nothing serves of. A handful of queries, however many services there are. */
  async function changesIn(
    organizationId: string,
    scope: { environmentId: string } | { serviceId: string },
  ): Promise<Map<string, ServiceChanges | null>> {
    const services = await listDeployedServices(db, organizationId, scope);
    const [first] = services;
    if (first === undefined) return new Map();
    const ids = services.map(({ id }) => id);
    const active = services.flatMap(({ activeReleaseId }) => activeReleaseId ?? []);
    const releases = await listComparedReleases(db, organizationId, active);
    const newest = await listNewestSources(db, organizationId, ids);
    const deployed = await digestsOf(organizationId, active);
    const current = await variables.digests(organizationId, first.environmentId);
    const sources = [...releases.values(), ...newest.values()].map(({ source }) => source);
    const uploaded = await uploads.listDigests(
      organizationId,
      sources.flatMap((source) => (source.type === 'upload' ? [source.uploadId] : [])),
    );
    return new Map(
      services.map(({ id, settings, source, activeReleaseId }) => {
        const release = releases.get(activeReleaseId ?? '');
        if (release === undefined) return [id, null];
        const from = { release, digests: deployed.get(release.id) };
        const isOther = isSourceChanged(source as ServiceSource, release, newest.get(id), uploaded);
        return [id, { ...differencesOf(from, { settings, digests: current.get(id) }), source: isOther }];
      }),
    );
  }

  return {
    /** What a deployment now would change. Before the first one: all variables are new, and so is the source. */
    async changes(organizationId: string, serviceId: string): Promise<ServiceChanges> {
      const changes = (await changesIn(organizationId, { serviceId })).get(serviceId);
      if (changes === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
      if (changes !== null) return changes;
      const names = await namesOf(organizationId, serviceId);
      return { variables: names.map((name) => ({ name, change: 'created' })), settings: [], source: true };
    },

    /** The services of an environment of which a deployment would change something that serves. */
    async listUndeployed(organizationId: string, environmentId: string): Promise<Set<string>> {
      const all = await changesIn(organizationId, { environmentId });
      const waiting = [...all].filter(
        ([, changes]) =>
          changes !== null && (changes.source || changes.variables.length > 0 || changes.settings.length > 0),
      );
      return new Set(waiting.map(([id]) => id));
    },

    /** Deployments that served and can serve again, newest first, each with what a rollback to it would change. */
    async listRollbackCandidates(organizationId: string, serviceId: string): Promise<RollbackCandidate[]> {
      const candidates = await deployments.listRollbackCandidates(organizationId, serviceId);
      const [service] = await listDeployedServices(db, organizationId, { serviceId });
      const ids = [service?.activeReleaseId, ...candidates.map(({ releaseId }) => releaseId)].flatMap((id) => id ?? []);
      const releases = await listComparedReleases(db, organizationId, ids);
      const digests = await digestsOf(organizationId, ids);
      const active = releases.get(service?.activeReleaseId ?? '');
      return candidates.flatMap(({ releaseId, deployment }) => {
        const release = releases.get(releaseId);
        if (release === undefined) return [];
        const to = { settings: release.settings, digests: digests.get(releaseId) };
        const from = active ?? release;
        const changed = from.commitSha !== release.commitSha;
        const changes = {
          commit: changed ? { from: from.commitSha, to: release.commitSha } : null,
          ...differencesOf({ release: from, digests: digests.get(from.id) }, to),
        };
        return [{ ...deployment, changes }];
      });
    },
  };

  async function namesOf(organizationId: string, serviceId: string): Promise<string[]> {
    const [service] = await listDeployedServices(db, organizationId, { serviceId });
    const digests = service === undefined ? undefined : await variables.digests(organizationId, service.environmentId);
    return Object.keys(digests?.get(serviceId) ?? {});
  }
}
