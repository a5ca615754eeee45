import { rm } from 'node:fs/promises';
import type { GitSource } from '../../adapters/source/git-source.ts';
import { parseSourceUrl } from '../../adapters/source/source-url.ts';
import type { Db } from '../../platform/db/database.ts';
import type { RunContext, RunStep } from '../../platform/runs/run-kind.ts';
import type { ServiceService } from '../services/index.ts';
import type { UploadService } from '../uploads/index.ts';
import type { DeploymentSource } from './deployment.ts';
import { type DeploymentRunInput, releaseFolder, tenantOf } from './deployment-context.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { type DeploymentWithRun, findDeployment, listDeployments, setDeploymentCommit } from './deployment-store.ts';
import { isWatched } from './watched-paths.ts';

/** What the fetch hands to later steps. `skipped`: nothing that is watched changed, so there is nothing to do. */
export type Fetched = { folder: string; skipped: boolean };

export interface FetchDependencies {
  db: Db;
  services: ServiceService;
  uploads: UploadService;
  gitSource: GitSource;
  releasesFolder: string;
}

type GitDeploymentSource = Extract<DeploymentSource, { type: 'git' }>;

/** The Git host, with scheme and port; uploads and local paths come from none. */
function hostOf(source: DeploymentSource): string | undefined {
  if (source.type !== 'git') return undefined;
  const { origin } = parseSourceUrl(source.url, { allowInsecure: true });
  return origin === '' ? undefined : `The Git host ${origin}`;
}

async function lastServedCommit(db: Db, organizationId: string, serviceId: string): Promise<string | undefined> {
  const deployments = await listDeployments(db, organizationId, serviceId, { limit: 50, before: undefined });
  return deployments.find(({ releaseState }) => releaseState === 'active')?.commitSha ?? undefined;
}

/** Step 1: the source, as it was asked for, in a folder of its own. */
export function createFetchStep(dependencies: FetchDependencies): RunStep<DeploymentRunInput> {
  const { db, services, uploads, gitSource, releasesFolder } = dependencies;

  async function fetchGit(
    context: RunContext<DeploymentRunInput>,
    source: GitDeploymentSource,
    folder: string,
  ): Promise<boolean> {
    const organizationId = tenantOf(context);
    const { serviceId, deploymentId } = context.input;
    const credential = await services.openSourceCredential(organizationId, serviceId, source.url);
    if (credential !== undefined)
      context.mask([credential.kind === 'token' ? credential.token : credential.privateKey]);
    const fetched = await gitSource.fetch({
      serviceKey: serviceId,
      url: source.url,
      reference: source.reference,
      secret: credential,
      submodules: source.submodules,
      lfs: source.lfs,
      knownHosts: source.knownHosts ?? undefined,
      signal: context.signal,
      onOutput: (line) => context.output.write('stderr', line),
    });
    await context.transaction((trx) =>
      setDeploymentCommit(trx, organizationId, deploymentId, {
        sha: fetched.commit,
        message: fetched.message,
        author: fetched.author,
      }),
    );
    context.output.write(
      'system',
      `${fetched.commit.slice(0, 12)} ${fetched.message.split('\n', 1)[0]} (${fetched.author})`,
    );
    if (source.onlyIfChanged && !(await hasChanged(context, fetched.commit))) return true;
    await gitSource.export({ serviceKey: serviceId, commit: fetched.commit, into: folder, signal: context.signal });
    return false;
  }

  async function hasChanged(context: RunContext<DeploymentRunInput>, commit: string): Promise<boolean> {
    const organizationId = tenantOf(context);
    const { serviceId } = context.input;
    const former = await lastServedCommit(db, organizationId, serviceId);
    if (former === undefined) return true;
    const changed = await gitSource.changedPaths(serviceId, former, commit, context.signal);
    const { settings } = await services.get(organizationId, serviceId);
    if (isWatched(settings.build.watchPaths, changed)) return true;
    context.output.write(
      'system',
      'Nothing that is watched changed since the active release: there is nothing to deploy.',
    );
    return false;
  }

  async function fetchUpload(context: RunContext<DeploymentRunInput>, uploadId: string, folder: string): Promise<void> {
    await uploads.extract(tenantOf(context), uploadId, folder, context.signal);
    context.output.write('system', 'The upload is unpacked.');
  }

  async function findSource(
    context: Pick<RunContext<DeploymentRunInput>, 'organizationId' | 'input'>,
  ): Promise<DeploymentWithRun> {
    const deployment = await findDeployment(db, tenantOf(context), context.input.deploymentId);
    if (deployment === undefined) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
    return deployment;
  }

  return {
    name: 'fetch',
    maxAttempts: 4,
    async systemOf({ organizationId, input }) {
      // One breaker for each host: a Git host that is down holds up nobody who fetches from elsewhere.
      const { source } = await findSource({ organizationId, input });
      return hostOf(source as DeploymentSource);
    },
    async run(context) {
      const { serviceId, deploymentId } = context.input;
      const folder = releaseFolder(releasesFolder, serviceId, deploymentId);
      // A try that a crash cut short may have left half a source.
      await rm(folder, { recursive: true, force: true });
      const source = (await findSource(context)).source as DeploymentSource;
      let skipped = false;
      if (source.type === 'git') skipped = await fetchGit(context, source, folder);
      else if (source.type === 'upload') await fetchUpload(context, source.uploadId, folder);
      return { folder, skipped } satisfies Fetched;
    },
  };
}
