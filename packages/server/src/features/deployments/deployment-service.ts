import type { LogStore } from '../../adapters/log-store/log-store.ts';
import { listAnswering } from '../../adapters/runtime/list-answering.ts';
import { type Runtime, rootKinds } from '../../adapters/runtime/runtime.ts';
import { AppError } from '../../kernel/app-error.ts';
import { createId } from '../../kernel/id.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { readOutputPage } from '../runs/index.ts';
import {
  findServiceForUpdate,
  type ServiceRow,
  type ServiceService,
  type ServiceSource,
  serviceErrors,
  updateService,
} from '../services/index.ts';
import type { UploadService } from '../uploads/index.ts';
import { createBuildReader } from './build-report-routes.ts';
import { findBuildReport } from './build-report-store.ts';
import type { Deploy, Deployment, DeploymentSource, Instance } from './deployment.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { presentDeployment } from './deployment-presenter.ts';
import {
  findDeployment,
  findLastUpload,
  findQueuedScale,
  insertDeployment,
  listDeployments,
  listOpenRunsOfService,
  listSteps,
  nextDeploymentNumber,
} from './deployment-store.ts';
import { listRollbackCandidates } from './release-store.ts';

export interface DeploymentServiceOptions {
  db: Db;
  engine: RunEngine;
  services: ServiceService;
  uploads: UploadService;
  runtime: Runtime;
  logs: LogStore;
  /** Judges the source of a deployment. @throws AppError naming the field, below `pointer` */
  checkSource(source: ServiceSource, pointer?: string): void;
}

/** Null: davit itself, which says in the output why. */
type Who = Pick<Principal, 'organizationId'> & { userId: string | null; why?: string };
type NewDeployment = {
  trigger: 'deploy' | 'rollback';
  kind: string;
  source: DeploymentSource;
  commit?: CommitFacts;
  rollsBackTo?: string;
};
type CommitFacts = { commitSha: string | null; commitMessage: string | null; commitAuthor: string | null };

const maxCandidates = 20;

const unexpected = (field: string) => [{ pointer: `/${field}`, detail: 'does not go with the source of this service' }];

export type DeploymentService = ReturnType<typeof createDeploymentService>;

/** Asks for what changes what runs. Every change is a run: recorded here with its business row, done by a worker. */
export function createDeploymentService(options: DeploymentServiceOptions) {
  const { db, engine, services, uploads, runtime, logs } = options;

  async function lock(trx: Tx, who: Who, serviceId: string): Promise<ServiceRow> {
    const service = await findServiceForUpdate(trx, who.organizationId, serviceId);
    if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
    if (service.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
    return service;
  }

  async function get(organizationId: string, id: string): Promise<Deployment> {
    const row = await findDeployment(db, organizationId, id);
    if (row === undefined) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
    const build = (await findBuildReport(db, organizationId, id)) ?? null;
    return { ...presentDeployment(row), steps: await listSteps(db, row.runId), build };
  }

  async function enqueueDeployment(trx: Tx, who: Who, service: ServiceRow, what: NewDeployment): Promise<string> {
    const { organizationId, id: serviceId } = service;
    const id = createId('dep');
    const run = await engine.enqueue(trx, {
      kind: what.kind,
      organizationId,
      subject: serviceId,
      input: { serviceId, deploymentId: id, why: who.why },
      askedBy: who.userId,
    });
    await insertDeployment(trx, {
      id,
      organizationId,
      serviceId,
      runId: run.id,
      number: await nextDeploymentNumber(trx, organizationId, serviceId),
      trigger: what.trigger,
      source: JSON.stringify(what.source),
      createdBy: who.userId,
      rollsBackTo: what.rollsBackTo ?? null,
      ...what.commit,
    });
    // A deployment of a stopped service is the wish that it runs.
    await updateService(trx, organizationId, serviceId, { desiredState: 'running' });
    return id;
  }

  async function sourceFor(trx: Tx, service: ServiceRow, input: Deploy): Promise<DeploymentSource> {
    const source = service.source as ServiceSource;
    if (source.type === 'git') {
      if (input.uploadId !== undefined)
        throw deploymentErrors.DEPLOYMENT_UPLOAD_UNEXPECTED({ fields: unexpected('uploadId') });
      const chosen = { ...source, reference: input.reference ?? source.reference };
      options.checkSource(chosen, input.reference === undefined ? '/source' : '');
      return { ...chosen, onlyIfChanged: input.onlyIfChanged };
    }
    if (source.type === 'image') {
      if (input.uploadId !== undefined || input.reference !== undefined) {
        const field = input.uploadId === undefined ? 'reference' : 'uploadId';
        throw deploymentErrors.DEPLOYMENT_IMAGE_FIXED({ fields: unexpected(field) });
      }
      return { ...source, onlyIfChanged: input.onlyIfChanged };
    }
    if (input.reference !== undefined)
      throw deploymentErrors.DEPLOYMENT_REFERENCE_UNEXPECTED({ fields: unexpected('reference') });
    const uploadId = input.uploadId ?? (await findLastUpload(trx, service.organizationId, service.id));
    if (uploadId === undefined) throw serviceErrors.SERVICE_HAS_NO_SOURCE();
    await uploads.get(service.organizationId, uploadId);
    return { type: 'upload', uploadId, rootFolder: source.rootFolder, onlyIfChanged: input.onlyIfChanged };
  }

  /** A run about the service without a deployment: restart, scale, stop. */
  async function request(
    who: Who,
    serviceId: string,
    kind: string,
    inputFor: (trx: Tx) => object | Promise<object>,
    desiredState?: 'running' | 'stopped',
  ): Promise<{ runId: string }> {
    return await db.transaction().execute(async (trx) => {
      const service = await lock(trx, who, serviceId);
      if (service.activeReleaseId === null) throw serviceErrors.SERVICE_NEVER_DEPLOYED();
      // A time that passes while a schedule rests is not made up for when it goes on.
      const rest = desiredState === 'stopped' ? { nextCronAt: null } : {};
      if (desiredState !== undefined)
        await updateService(trx, who.organizationId, serviceId, { desiredState, ...rest });
      const run = await engine.enqueue(trx, {
        kind,
        organizationId: who.organizationId,
        subject: serviceId,
        input: { serviceId, ...(await inputFor(trx)) },
        askedBy: who.userId,
      });
      return { runId: run.id };
    });
  }

  return {
    get,

    ...createBuildReader(options),

    async list(
      organizationId: string,
      serviceId: string,
      page: { limit: number; before?: string | undefined },
    ): Promise<Deployment[]> {
      await services.get(organizationId, serviceId);
      const rows = await listDeployments(db, organizationId, serviceId, { limit: page.limit + 1, before: page.before });
      return rows.map(presentDeployment);
    },

    async deploy(who: Who, serviceId: string, input: Deploy): Promise<Deployment> {
      const id = await db.transaction().execute(async (trx) => {
        const service = await lock(trx, who, serviceId);
        const source = await sourceFor(trx, service, input);
        return await enqueueDeployment(trx, who, service, { trigger: 'deploy', kind: 'deployment.create', source });
      });
      return await get(who.organizationId, id);
    },

    /** Deployments that served and can serve again, with their releases, newest first. */
    async listRollbackCandidates(
      organizationId: string,
      serviceId: string,
    ): Promise<{ releaseId: string; deployment: Deployment }[]> {
      await services.get(organizationId, serviceId);
      const releases = await listRollbackCandidates(db, organizationId, serviceId, maxCandidates);
      const found = await Promise.all(
        releases.map(async ({ id, deploymentId }) => ({
          id,
          row: await findDeployment(db, organizationId, deploymentId),
        })),
      );
      return found.flatMap(({ id, row }) =>
        row === undefined ? [] : [{ releaseId: id, deployment: presentDeployment(row) }],
      );
    },

    async rollback(who: Who, serviceId: string, deploymentId: string): Promise<Deployment> {
      const id = await db.transaction().execute(async (trx) => {
        const service = await lock(trx, who, serviceId);
        const former = await findDeployment(trx, who.organizationId, deploymentId);
        if (former === undefined || former.serviceId !== serviceId) throw deploymentErrors.DEPLOYMENT_NOT_FOUND();
        const candidates = await listRollbackCandidates(trx, who.organizationId, serviceId, maxCandidates);
        const release = candidates.find((candidate) => candidate.deploymentId === deploymentId);
        if (release === undefined) throw deploymentErrors.DEPLOYMENT_NOT_ROLLBACK_CANDIDATE();
        const { commitSha, commitMessage, commitAuthor } = former;
        return await enqueueDeployment(trx, who, service, {
          trigger: 'rollback',
          kind: 'deployment.rollback',
          source: { type: 'release', releaseId: release.id },
          commit: { commitSha, commitMessage, commitAuthor },
          rollsBackTo: deploymentId,
        });
      });
      return await get(who.organizationId, id);
    },

    async cancel(who: Who, deploymentId: string): Promise<Deployment> {
      const deployment = await get(who.organizationId, deploymentId);
      await engine.cancel(who.organizationId, deployment.runId, who.userId);
      return await get(who.organizationId, deploymentId);
    },

    /** Starts it anew, also after a stop. */
    restart: (who: Who, serviceId: string) => request(who, serviceId, 'service.restart', () => ({}), 'running'),
    stop: (who: Who, serviceId: string) => request(who, serviceId, 'service.stop', () => ({}), 'stopped'),
    scale: (
      who: Who,
      serviceId: string,
      scale: { replicas?: number | undefined; processes?: Record<string, number> | undefined },
    ) =>
      // It takes the place of one that waits, which may be about another process: what both ask for is done.
      request(who, serviceId, 'service.scale', async (trx) => {
        const waiting = await findQueuedScale(trx, who.organizationId, serviceId);
        return { ...waiting, ...scale, processes: { ...waiting.processes, ...scale.processes } };
      }),

    /** Marks it, ends what is under way, and asks for the removal of all that it made. Repeatable. */
    async delete(who: Who, serviceId: string): Promise<{ runId: string }> {
      const { organizationId } = who;
      const runId = await db.transaction().execute(async (trx) => {
        const service = await findServiceForUpdate(trx, organizationId, serviceId);
        if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
        await updateService(trx, organizationId, serviceId, { desiredState: 'deleted' });
        const input = { serviceId };
        const run = await engine.enqueue(trx, {
          kind: 'service.delete',
          organizationId,
          subject: serviceId,
          input,
          askedBy: who.userId,
        });
        return run.id;
      });
      for (const run of await listOpenRunsOfService(db, organizationId, serviceId)) {
        if (run.kind === 'service.delete') continue;
        // One that has just ended needs no cancel, and is no reason to refuse what is already under way.
        await engine.cancel(organizationId, run.id, who.userId).catch((error: unknown) => {
          if (AppError.from(error).code !== 'RUN_ALREADY_ENDED') throw error;
        });
      }
      return { runId };
    },

    async listInstances(organizationId: string, serviceId: string, signal: AbortSignal): Promise<Instance[]> {
      await services.get(organizationId, serviceId);
      const samples = await runtime.usage(signal, { serviceId });
      const usage = new Map(samples.map((sample) => [sample.instanceId, sample]));
      const { seen: instances, away } = await listAnswering(runtime, signal, rootKinds, { serviceId });
      // What nobody can see is not said to be nothing.
      if (instances.length === 0 && away !== undefined) throw away;
      return instances.map(({ id, labels, address, ...rest }) => ({
        id,
        process: labels.process,
        ordinal: labels.ordinal,
        releaseId: labels.releaseId,
        deploymentId: labels.deploymentId,
        ...rest,
        address: address === null ? null : `${address.host}:${address.port}`,
        cpuMs: usage.get(id)?.cpuMs ?? null,
        memoryBytes: usage.get(id)?.memoryBytes ?? null,
      }));
    },

    /** A page of what a deployment's run has written. */
    async readOutput(organizationId: string, deploymentId: string, query: Parameters<typeof readOutputPage>[3]) {
      const { runId } = await get(organizationId, deploymentId);
      return readOutputPage(engine, organizationId, runId, query);
    },

    /** The logs of a service's instances; bound to the organization by the service. */
    async logsOf(organizationId: string, serviceId: string): Promise<LogStore> {
      await services.get(organizationId, serviceId);
      return logs;
    },
  };
}
