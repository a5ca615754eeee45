import type { Artifact } from '../../adapters/builder/builder.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { ProjectService } from '../projects/index.ts';
import {
  findService,
  type Service,
  type ServiceRow,
  type ServiceService,
  serviceErrors,
  serviceSettings,
} from '../services/index.ts';
import { openVariables } from '../variables/index.ts';
import type { DeploymentSource } from './deployment.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { type DeploymentWithRun, findDeployment } from './deployment-store.ts';
import type { RolloutPlan, RolloutTarget, Scale } from './instance-plan.ts';
import { davitVariables } from './release-environment.ts';
import { findRelease, type ReleaseRow } from './release-store.ts';

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

/** What may be newer than the release. */
type Live = { scale?: Scale; generation: number };

/** Puts together what a release needs to run: its artifact, its settings and, to start it, its variables, decrypted. */
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

  async function releaseOf(service: ServiceRow, releaseId: string): Promise<ReleaseRow> {
    const release = await findRelease(db, service.organizationId, releaseId);
    if (release === undefined || release.serviceId !== service.id) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
    if (release.artifactRemovedAt !== null) throw deploymentErrors.RELEASE_ARTIFACT_GONE();
    return release;
  }

  function planOf(service: ServiceRow, release: ReleaseRow, live: Live): RolloutPlan {
    const artifact = release.artifact as Artifact | null;
    if (artifact === null) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
    const { id, kind, name, environmentId } = services.present(service);
    return {
      service: { id, kind, name, environmentId },
      releaseId: release.id,
      deploymentId: release.deploymentId,
      artifact,
      settings: serviceSettings.parse(release.settings),
      scale: live.scale ?? scaleOf(service),
      generation: live.generation,
    };
  }

  async function loadTarget(service: ServiceRow, releaseId: string, live: Live): Promise<RolloutTarget> {
    const release = await releaseOf(service, releaseId);
    const { organizationId } = service;
    const [deployment, variables] = await Promise.all([
      findDeployment(db, organizationId, release.deploymentId),
      openVariables(secretBox, db, release),
    ]);
    if (deployment === undefined) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
    const own = await environmentOf(services.present(service), organizationId, deployment);
    return { ...planOf(service, release, live), environment: { ...variables, ...own } };
  }

  return {
    environmentOf,

    /** Which instances are to run. @throws AppError DEPLOYMENT_NOT_FOUND when the release is gone */
    async loadPlan(service: ServiceRow, releaseId: string, live: Live): Promise<RolloutPlan> {
      return planOf(service, await releaseOf(service, releaseId), live);
    },

    /** And what they are given. @throws AppError DEPLOYMENT_NOT_FOUND when the release or its deployment is gone */
    loadTarget,

    /** For a command where the release runs, of which there are no instances. */
    async loadForCommand(organizationId: string, serviceId: string, releaseId: string): Promise<RolloutTarget> {
      const service = await findService(db, organizationId, serviceId);
      if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
      return await loadTarget(service, releaseId, { generation: 0 });
    },
  };
}
