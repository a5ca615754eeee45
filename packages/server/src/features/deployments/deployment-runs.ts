import { z } from 'zod';
import type { Artifact } from '../../adapters/builder/builder.ts';
import { removeCommands } from '../../adapters/executor/remove-commands.ts';
import { createId } from '../../kernel/id.ts';
import {
  defineRunKind,
  type RunContext,
  type RunKind,
  type RunOutcome,
  type RunStep,
} from '../../platform/runs/run-kind.ts';
import { serviceSettings } from '../services/index.ts';
import { openVariables, releaseDigests, sealVariables } from '../variables/index.ts';
import { type BuildDependencies, createBuildSteps } from './build-steps.ts';
import { cleanUpParts } from './clean-up-parts.ts';
import type { Convergence } from './convergence.ts';
import type { DeploymentSource } from './deployment.ts';
import { type DeploymentRunInput, releaseFolder, tenantOf } from './deployment-context.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { findDeployment, setDeploymentRelease } from './deployment-store.ts';
import { createFetchStep, type FetchDependencies } from './fetch-step.ts';
import type { ReleaseRetention } from './release-retention.ts';
import { abandonRelease, findRelease, findReleaseOfDeployment, insertRelease } from './release-store.ts';
import { createRolloutSteps, type Goal, type RolloutStepDependencies } from './rollout-steps.ts';

export interface DeploymentRunDependencies extends BuildDependencies, FetchDependencies, RolloutStepDependencies {
  convergence: Convergence;
  retention: ReleaseRetention;
}

const hour = 60 * 60_000;

const deploymentInput = z.strictObject({
  serviceId: z.string(),
  deploymentId: z.string(),
  why: z.string().optional(),
});

/** Kinds of run that bring a release into service: one that is built, and one that served before. */
export function createDeploymentRunKinds(dependencies: DeploymentRunDependencies): RunKind<DeploymentRunInput>[] {
  const { db, secretBox, builder, executor, convergence, retention, releasesFolder } = dependencies;

  async function hasSwitched(context: RunContext<DeploymentRunInput>): Promise<boolean> {
    const release = await findReleaseOfDeployment(db, tenantOf(context), context.input.deploymentId);
    return release !== undefined && release.state !== 'candidate' && release.state !== 'abandoned';
  }

  /** After a failure or a cancel: nothing half-made stays, and what served before goes on serving. */
  async function cleanup(context: RunContext<DeploymentRunInput>, outcome: RunOutcome): Promise<void> {
    const organizationId = tenantOf(context);
    const { serviceId, deploymentId } = context.input;
    const abandon = async () => {
      await builder.abandon(
        { id: deploymentId, cacheKey: serviceId, folder: releaseFolder(releasesFolder, serviceId, deploymentId) },
        context.signal,
      );
    };
    const forget = async () => {
      await context.transaction(async (trx) => {
        const release = await findReleaseOfDeployment(trx, organizationId, deploymentId);
        if (release !== undefined) await abandonRelease(trx, organizationId, release.id);
      });
    };
    const switched = await hasSwitched(context);
    if (switched) {
      context.output.write(
        'system',
        `The new release serves already; it stays although the deployment was ${outcome.state}.`,
      );
    }
    await cleanUpParts(context, [
      () => removeCommands(executor, `${deploymentId}-`, context.signal),
      ...(switched ? [] : [forget]),
      async () => void (await convergence.converge(organizationId, serviceId, 'all', context.signal)),
      // What runs of it ends before: an engine keeps the image of a container that runs.
      ...(switched ? [] : [abandon]),
    ]);
  }

  /** A rollback is a new release of the old artifact with the configuration that it had. */
  const prepareRollback: RunStep<DeploymentRunInput> = {
    name: 'prepare',
    async run(context) {
      const organizationId = tenantOf(context);
      const { serviceId, deploymentId } = context.input;
      const releaseId = await context.transaction(async (trx) => {
        const known = await findReleaseOfDeployment(trx, organizationId, deploymentId);
        if (known !== undefined) return known.id;
        const deployment = await findDeployment(trx, organizationId, deploymentId);
        const source = deployment?.source as DeploymentSource | undefined;
        if (source?.type !== 'release') throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
        const former = await findRelease(trx, organizationId, source.releaseId);
        if (former === undefined || former.artifactRemovedAt !== null) {
          throw deploymentErrors.DEPLOYMENT_NOT_ROLLBACK_CANDIDATE();
        }
        const id = createId('rel');
        const values = await openVariables(secretBox, trx, former);
        const digests = await releaseDigests(secretBox, trx, organizationId, [former.id]);
        await insertRelease(trx, {
          id,
          organizationId,
          serviceId,
          deploymentId,
          settings: serviceSettings.parse(former.settings),
          variables: await sealVariables(secretBox, trx, organizationId, id, values),
          variableDigests: digests.get(former.id) ?? {},
          artifact: former.artifact as Artifact | null,
        });
        await setDeploymentRelease(trx, organizationId, deploymentId, id);
        return id;
      });
      return { releaseId } satisfies Goal;
    },
  };

  /** Not sooner: a build that was done and not recorded is gone through once more. */
  async function removeSource(context: RunContext<DeploymentRunInput>): Promise<void> {
    const { serviceId, deploymentId } = context.input;
    const release = await findReleaseOfDeployment(db, tenantOf(context), deploymentId);
    const artifact = release?.artifact as Artifact | null | undefined;
    if (artifact == null) return;
    const folder = releaseFolder(releasesFolder, serviceId, deploymentId);
    await builder.removeSource(artifact, folder, context.signal);
  }

  const tidy: RunStep<DeploymentRunInput> = {
    name: 'tidy',
    async run(context) {
      // Not sooner: until its step was recorded, a command that has ended must be found again after a crash.
      await removeCommands(executor, `${context.input.deploymentId}-`, context.signal);
      await removeSource(context);
      await retention.removeOld(tenantOf(context), context.input.serviceId, context.signal);
      return null;
    },
  };

  return [
    defineRunKind<DeploymentRunInput>({
      name: 'deployment.create',
      lane: 'long',
      input: deploymentInput,
      timeoutMs: 5 * hour,
      supersedesQueued: true,
      steps: [
        createFetchStep(dependencies),
        ...createBuildSteps(dependencies),
        ...createRolloutSteps('build', dependencies),
        tidy,
      ],
      cleanup,
    }),
    defineRunKind<DeploymentRunInput>({
      name: 'deployment.rollback',
      lane: 'quick',
      input: deploymentInput,
      timeoutMs: hour,
      supersedesQueued: true,
      steps: [prepareRollback, ...createRolloutSteps('prepare', dependencies)],
      cleanup,
    }),
  ];
}
