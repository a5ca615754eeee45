import { rm } from 'node:fs/promises';
import type { GitSource } from '../../adapters/source/git-source.ts';
import { parseSourceUrl } from '../../adapters/source/source-url.ts';
import type { Db } from '../../platform/db/database.ts';
import type { RunContext, RunStep } from '../../platform/runs/run-kind.ts';
import { findService, type ServiceService } from '../services/index.ts';
import type { UploadService } from '../uploads/index.ts';
import type { DeploymentSource } from './deployment.ts';
import { type DeploymentRunInput, releaseFolder, tenantOf } from './deployment-context.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { type DeploymentWithRun, findDeployment, setDeploymentCommit } from './deployment-store.ts';
import { listComparedReleases } from './release-comparison-store.ts';
import { type DeployedSource, isSameUpload } from './source-comparison.ts';
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
type UploadSource = Extract<DeploymentSource, { type: 'upload' }>;

/** The Git host, with scheme and port; uploads and local paths come from none. */
function hostOf(source: DeploymentSource): string | undefined {
  if (source.type !== 'git') return undefined;
  const { origin } = parseSourceUrl(source.url, { allowInsecure: true });
  return origin === '' ? undefined : `The Git host ${origin}`;
}

async function findServed(db: Db, organizationId: string, serviceId: string): Promise<DeployedSource | undefined> {
  const id = (await findService(db, organizationId, serviceId))?.activeReleaseId;
  return id == null ? undefined : (await listComparedReleases(db, organizationId, [id])).get(id);
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
    const note = () =>
      context.transaction((trx) =>
        setDeploymentCommit(trx, organizationId, deploymentId, {
          sha: fetched.commit,
          message: fetched.message,
          author: fetched.author,
        }),
      );
    const exportFiles = () =>
      gitSource.export({
        serviceKey: serviceId,
        commit: fetched.commit,
        into: folder,
        signal: context.signal,
        onOutput: (line) => context.output.write('system', line),
      });
    context.output.write(
      'system',
      `${fetched.commit.slice(0, 12)} ${fetched.message.split('\n', 1)[0]} (${fetched.author})`,
    );
    if (source.onlyIfChanged) await note();
    if (source.onlyIfChanged && !(await hasChanged(context, fetched.commit))) return true;
    // The database is written while the files are; neither still runs when the other's failure ends this try.
    const works = [exportFiles(), ...(source.onlyIfChanged ? [] : [note()])];
    await Promise.allSettled(works);
    await Promise.all(works);
    return false;
  }

  async function hasChanged(context: RunContext<DeploymentRunInput>, commit: string): Promise<boolean> {
    const organizationId = tenantOf(context);
    const { serviceId } = context.input;
    const former = (await findServed(db, organizationId, serviceId))?.commitSha;
    if (former == null) return true;
    const changed = await gitSource.changedPaths(serviceId, former, commit, context.signal);
    const { settings } = await services.get(organizationId, serviceId);
    if (isWatched(settings.build.watchPaths, changed)) return true;
    context.output.write(
      'system',
      'Nothing that is watched changed since the active release: there is nothing to deploy.',
    );
    return false;
  }

  async function isServed(context: RunContext<DeploymentRunInput>, source: UploadSource): Promise<boolean> {
    const organizationId = tenantOf(context);
    const served = (await findServed(db, organizationId, context.input.serviceId))?.source;
    if (served?.type !== 'upload' || served.rootFolder !== source.rootFolder) return false;
    const digests = await uploads.listDigests(organizationId, [served.uploadId, source.uploadId]);
    return isSameUpload(served.uploadId, source.uploadId, digests);
  }

  async function fetchUpload(
    context: RunContext<DeploymentRunInput>,
    source: UploadSource,
    folder: string,
  ): Promise<boolean> {
    if (source.onlyIfChanged && (await isServed(context, source))) {
      context.output.write(
        'system',
        'The upload is what the active release was made from: there is nothing to deploy.',
      );
      return true;
    }
    const say = (text: string) => void context.output.write('system', text);
    await uploads.extract(tenantOf(context), source.uploadId, folder, context.signal, say);
    context.output.write('system', 'The upload is unpacked.');
    return false;
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
      const { serviceId, deploymentId, why } = context.input;
      if (why !== undefined && context.attempt === 1) context.output.write('system', why);
      const folder = releaseFolder(releasesFolder, serviceId, deploymentId);
      // A try that a crash cut short may have left half a source.
      await rm(folder, { recursive: true, force: true });
      const source = (await findSource(context)).source as DeploymentSource;
      let skipped = false;
      if (source.type === 'git') skipped = await fetchGit(context, source, folder);
      // The engine fetches it in the step that makes a release of it.
      else if (source.type === 'image') context.output.write('system', `The image ${source.image}.`);
      else if (source.type === 'upload') skipped = await fetchUpload(context, source, folder);
      return { folder, skipped } satisfies Fetched;
    },
  };
}
