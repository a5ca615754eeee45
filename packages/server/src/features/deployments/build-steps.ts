import type { Artifact, Builder, BuildRequest, RegistryLogin } from '../../adapters/builder/builder.ts';
import type { ReleaseExecutor } from '../../adapters/executor/executor.ts';
import { runToEnd } from '../../adapters/executor/run-to-end.ts';
import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { JsonValue, RunContext, RunStep } from '../../platform/runs/run-kind.ts';
import {
  type Service,
  type ServiceService,
  type ServiceSettings,
  serviceErrors,
  serviceSettings,
} from '../services/index.ts';
import { openVariables, sealVariables, type VariableService } from '../variables/index.ts';
import { artifactCommand } from './artifact-command.ts';
import { stagesToStore } from './build-report.ts';
import { saveBuildReport } from './build-report-store.ts';
import type { DeploymentSource } from './deployment.ts';
import { commandOutput, type DeploymentRunInput, resultOf, tenantOf } from './deployment-context.ts';
import { deploymentErrors } from './deployment-errors.ts';
import {
  type DeploymentWithRun,
  findDeployment,
  listImagesOfOthers,
  setDeploymentRelease,
} from './deployment-store.ts';
import type { Fetched } from './fetch-step.ts';
import type { ImageBuild } from './image-build.ts';
import { mainProcess } from './instance-plan.ts';
import { secretValues } from './release-environment.ts';
import type { ReleaseLoader } from './release-loader.ts';
import {
  findReleaseOfDeployment,
  findServingImage,
  insertRelease,
  type ReleaseRow,
  setArtifact,
} from './release-store.ts';

export interface BuildDependencies {
  db: Db;
  secretBox: SecretBox;
  services: ServiceService;
  variables: VariableService;
  loader: ReleaseLoader;
  builder: Builder;
  executor: ReleaseExecutor;
  imageBuild: ImageBuild;
  /** Who signs in to which registries where a build begins with private images. */
  findBuildLogins: FindBuildLogins;
}

export type FindBuildLogins = (request: { organizationId: string; environmentId: string }) => Promise<{
  logins: { registry: string; username: string; password: string }[];
  /** What is stored and cannot be used, one sentence each. */
  faults: string[];
}>;

type Context = RunContext<DeploymentRunInput>;

/** What is deployed where, as one step has read it. */
interface Subject {
  service: Service;
  deployment: DeploymentWithRun;
  source: DeploymentSource;
}

/** What the steps of a skipped deployment do: nothing. */
export function isSkipped(context: RunContext<unknown>): boolean {
  return context.results.fetch !== undefined && (resultOf(context, 'fetch') as Fetched).skipped;
}

function limitsOf(settings: ServiceSettings) {
  return {
    memoryBytes: settings.memoryMb === null ? undefined : settings.memoryMb * 1024 * 1024,
    cpus: settings.cpus ?? undefined,
  };
}

/** All commands of a deployment begin with its id, so that they are found when it is tidied up. */
function releaseCommandId(deploymentId: string): string {
  return `${deploymentId}-release`;
}

/** Steps 2 to 4: plan, build and release command. The release is made with the plan, so that its configuration is of one moment. */
export function createBuildSteps(dependencies: BuildDependencies): RunStep<DeploymentRunInput>[] {
  const { db, secretBox, services, variables, loader, builder, executor, imageBuild, findBuildLogins } = dependencies;

  async function subjectOf(context: Context): Promise<Subject> {
    const organizationId = tenantOf(context);
    const [service, deployment] = await Promise.all([
      services.get(organizationId, context.input.serviceId),
      findDeployment(db, organizationId, context.input.deploymentId),
    ]);
    if (deployment === undefined) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
    return { service, deployment, source: deployment.source as DeploymentSource };
  }

  /** The release of this deployment: of an earlier step or try, else made of the settings and variables as they are now. */
  async function takeRelease(context: Context): Promise<ReleaseRow> {
    const organizationId = tenantOf(context);
    const { serviceId, deploymentId } = context.input;
    const made = await findReleaseOfDeployment(db, organizationId, deploymentId);
    if (made !== undefined) return made;
    return await context.transaction(async (trx) => {
      const known = await findReleaseOfDeployment(trx, organizationId, deploymentId);
      if (known !== undefined) return known;
      const { settings } = await services.get(organizationId, serviceId);
      const id = createId('rel');
      const { values, digests } = await variables.resolve(organizationId, serviceId);
      const sealed = await sealVariables(secretBox, trx, organizationId, id, values);
      await insertRelease(trx, {
        id,
        organizationId,
        serviceId,
        deploymentId,
        settings,
        variables: sealed,
        variableDigests: digests,
        artifact: null,
      });
      await setDeploymentRelease(trx, organizationId, deploymentId, id);
      const release = await findReleaseOfDeployment(trx, organizationId, deploymentId);
      if (release === undefined) throw new Error('the release vanished in its own transaction');
      return release;
    });
  }

  async function requestOf(
    context: Context,
    { service, deployment, source }: Subject,
  ): Promise<{ release: ReleaseRow; request: BuildRequest; secrets: string[] }> {
    const release = await takeRelease(context);
    const settings = serviceSettings.parse(release.settings);
    const [own, environment] = await Promise.all([
      openVariables(secretBox, db, release),
      loader.environmentOf(service, tenantOf(context), deployment),
    ]);
    const secrets = secretValues(own);
    context.mask(secrets);
    const { installCommand, buildCommand, startCommand, builder, dockerfilePath, target, platform } = settings.build;
    const { buildArgs, timeoutMinutes } = settings.build;
    const request: BuildRequest = {
      id: context.input.deploymentId,
      organizationId: tenantOf(context),
      cacheKey: context.input.serviceId,
      folder: (resultOf(context, 'fetch') as Fetched).folder,
      rootFolder: 'rootFolder' in source ? source.rootFolder : '',
      overrides: {
        installCommand: installCommand ?? undefined,
        buildCommand: buildCommand ?? undefined,
        startCommand: startCommand ?? undefined,
        builder: builder ?? undefined,
        dockerfilePath: dockerfilePath ?? undefined,
        target: target ?? undefined,
        buildArgs,
        platform: platform ?? undefined,
      },
      variables: { ...own, ...environment },
      limits: limitsOf(settings),
      timeoutMs: timeoutMinutes * 60_000,
      servingImage: () => findServingImage(db, tenantOf(context), context.input.serviceId),
      othersImages: () => listImagesOfOthers(db, tenantOf(context)),
    };
    return { release, request, secrets };
  }

  async function loginsOf(context: Context, { environmentId }: Service): Promise<RegistryLogin[]> {
    const { logins, faults } = await findBuildLogins({ organizationId: tenantOf(context), environmentId });
    context.mask(logins.map(({ password }) => password));
    for (const fault of faults) context.output.write('system', `Warning: ${fault}`);
    return logins.map(({ registry: server, username, password }) => ({ server, username, password }));
  }

  function assertStartable({ kind }: Service, artifact: Artifact, { port }: Pick<ServiceSettings, 'port'>): void {
    // Known only now: beside an engine too, some sources become no image.
    if (artifact.kind === 'folder' && port !== null) {
      throw serviceErrors.SERVICE_PORT_UNSUPPORTED({
        message: `Port ${port} is set, and this source runs as plain processes, which each have a port of their own.`,
      });
    }
    if (mainProcess(kind, artifact) !== undefined) return;
    const names = artifact.processes.map(({ name }) => name).join(', ');
    throw deploymentErrors.DEPLOYMENT_NO_START_COMMAND({
      message: `Nothing says how to start this ${kind} service${names === '' ? '' : ` (there are: ${names})`}.`,
    });
  }

  const plan: RunStep<DeploymentRunInput> = {
    name: 'plan',
    async run(context) {
      if (isSkipped(context)) return null;
      const subject = await subjectOf(context);
      const { request } = await requestOf(context, subject);
      if (subject.source.type === 'image') return { plan: null };
      const { lines, plan } = await builder.plan(request, context.signal);
      for (const line of lines) context.output.write('system', line);
      return { plan: plan as JsonValue };
    },
  };

  const build: RunStep<DeploymentRunInput> = {
    name: 'build',
    // A registry that does not answer for a moment; what has succeeded already is not done again.
    maxAttempts: 3,
    async run(context) {
      if (isSkipped(context)) return null;
      const subject = await subjectOf(context);
      const { service, source } = subject;
      const { release, request, secrets } = await requestOf(context, subject);
      const planned = resultOf(context, 'plan') as { plan: JsonValue };
      const settings = serviceSettings.parse(release.settings);
      const output = commandOutput(context, db, 'build');
      const artifact =
        source.type === 'image'
          ? await imageBuild(context, source.image, settings)
          : await builder.build(
              { ...request, registries: await loginsOf(context, service) },
              planned.plan,
              output,
              context.signal,
            );
      assertStartable(service, artifact, settings);
      const { stages } = output;
      const report = {
        serviceId: context.input.serviceId,
        deploymentId: context.input.deploymentId,
        organizationId: tenantOf(context),
        runId: context.runId,
        stages: stagesToStore(stages, secrets),
        stageCount: stages.length,
        cachedStageCount: stages.filter(({ cached }) => cached).length,
        imageBytes: artifact.kind === 'image' ? (artifact.bytes ?? null) : null,
      };
      await context.transaction(async (trx) => {
        await setArtifact(trx, tenantOf(context), release.id, artifact);
        await saveBuildReport(trx, report);
      });
      return { releaseId: release.id };
    },
  };

  const releaseCommand: RunStep<DeploymentRunInput> = {
    name: 'release',
    maxAttempts: 3,
    async run(context) {
      if (isSkipped(context)) return null;
      const { settings: stored, artifact: built } = await takeRelease(context);
      const settings = serviceSettings.parse(stored);
      const { releaseCommand: text } = settings;
      const artifact = built as unknown as Artifact;
      const argv = text === null ? artifact.release : ['/bin/sh', '-c', text];
      if (argv === null) return null;
      const subject = await subjectOf(context);
      const { request } = await requestOf(context, subject);
      const output = commandOutput(context, db, 'release');
      const written = await output.announce(text ?? argv.join(' '));
      const command = artifactCommand(artifact, {
        argv,
        env: { ...request.variables, DAVIT_PROCESS: 'release' },
        service: subject.service,
        settings,
        runId: context.runId,
        timeoutMs: request.timeoutMs,
      });
      const id = releaseCommandId(context.input.deploymentId);
      const { exit } = await runToEnd(executor, id, command, output, written, context.signal);
      if (exit?.code !== 0) {
        throw deploymentErrors.RELEASE_COMMAND_FAILED({
          message: `The release command failed: ${exit?.detail ?? 'lost'}`,
        });
      }
      return null;
    },
  };

  return [plan, build, releaseCommand];
}
