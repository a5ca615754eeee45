import type { Artifact } from '../../adapters/builder/builder.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { ProjectService } from '../projects/index.ts';
import { type Service, type ServiceRow, type ServiceService, serviceSettings } from '../services/index.ts';
import { openVariables } from '../variables/index.ts';
import type { DeploymentSource } from './deployment.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { type DeploymentWithRun, findDeployment } from './deployment-store.ts';
import type { RolloutTarget, Scale } from './instance-plan.ts';
import { davitVariables } from './release-environment.ts';
import { findRelease } from './release-store.ts';

export type ReleaseLoader = ReturnType<typeof createReleaseLoader>;

function branchOf(source: DeploymentSource): string | null {
  if (source.type !== 'git' || source.reference === null) return null;
  return 'branch' in source.reference ? source.reference.branch : null;
}

/** How many instances a service should have now: of its live settings, so that a scale needs no new release. */
export function scaleOf(service: Pick<Service, 'settings'> | Pick<ServiceRow, 'settings'>): Scale {
  const { replicas, processes } = serviceSettings.parse(service.settings);
  return { replicas, processes };
}

/** Puts together what a release needs to run: its artifact, its settings and its variables, decrypted. */
export function createReleaseLoader(options: {
  db: Db;
  secretBox: SecretBox;
  services: ServiceService;
  projects: ProjectService;
}) {
  const { db, secretBox, services, projects } = options;

  /** davit's own variables for one deployment. */
  async function environmentOf(service: Service, organizationId: string, deployment: DeploymentWithRun) {
    const project = await projects.get(organizationId, service.projectId);
    const environment = project.environments.find(({ id }) => id === service.environmentId);
    const { commitSha } = deployment;
    return davitVariables({
      service,
      project: project.name,
      environment: environment?.name ?? '',
      deploymentId: deployment.id,
      commit: commitSha === null ? null : { sha: commitSha, message: deployment.commitMessage },
      branch: branchOf(deployment.source as DeploymentSource),
    });
  }

  return {
    environmentOf,

    /** @throws AppError DEPLOYMENT_NOT_FOUND when the release or its deployment is gone */
    async loadTarget(
      organizationId: string,
      serviceId: string,
      releaseId: string,
      live: { scale?: Scale; generation: number },
    ): Promise<RolloutTarget> {
      const service = await services.get(organizationId, serviceId);
      const release = await findRelease(db, organizationId, releaseId);
      if (release === undefined || release.serviceId !== serviceId) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
      if (release.artifactRemovedAt !== null) throw deploymentErrors.RELEASE_ARTIFACT_GONE();
      const deployment = await findDeployment(db, organizationId, release.deploymentId);
      const artifact = release.artifact as Artifact | null;
      if (deployment === undefined || artifact === null) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
      const variables = await openVariables(secretBox, db, release);
      return {
        service: { id: service.id, kind: service.kind, name: service.name, environmentId: service.environmentId },
        releaseId,
        deploymentId: release.deploymentId,
        artifact,
        settings: serviceSettings.parse(release.settings),
        scale: live.scale ?? scaleOf(service),
        generation: live.generation,
        environment: { ...variables, ...(await environmentOf(service, organizationId, deployment)) },
      };
    },
  };
}
