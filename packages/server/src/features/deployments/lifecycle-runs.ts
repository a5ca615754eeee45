import { z } from 'zod';
import type { Artifact } from '../../adapters/builder/builder.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import { AppError } from '../../kernel/app-error.ts';
import { defineRunKind, type RunContext, type RunKind, type RunStep } from '../../platform/runs/run-kind.ts';
import { findService, serviceErrors, serviceSettings, updateService } from '../services/index.ts';
import { type CancelRun, cancelRuns } from './cancel-runs.ts';
import { cleanUpParts } from './clean-up-parts.ts';
import type { Convergence } from './convergence.ts';
import { cronSubject } from './cron-runs.ts';
import { type ServiceRunInput, tenantOf } from './deployment-context.ts';
import { listOpenRuns } from './deployment-store.ts';
import { scaleOf } from './release-loader.ts';
import { findRelease } from './release-store.ts';
import { createRolloutSteps, type Goal, type RolloutStepDependencies, settingsWith } from './rollout-steps.ts';
import type { ServiceRemoval } from './service-removal.ts';

export interface LifecycleRunDependencies extends RolloutStepDependencies {
  convergence: Convergence;
  proxy: Proxy;
  removal: ServiceRemoval;
  readonly cancelRun: CancelRun;
}

const hour = 60 * 60_000;
const serviceInput = z.strictObject({ serviceId: z.string() });
const scaleInput = z.strictObject({
  serviceId: z.string(),
  replicas: z.int().optional(),
  processes: z.record(z.string(), z.int()).optional(),
});
type ScaleRunInput = z.infer<typeof scaleInput>;

/** Kinds of run that change what runs without building anything. */
export function createLifecycleRunKinds(dependencies: LifecycleRunDependencies): RunKind<unknown>[] {
  const { db, convergence, rollout, addressesOf } = dependencies;

  async function serviceOf(context: RunContext<ServiceRunInput>) {
    const service = await findService(db, tenantOf(context), context.input.serviceId);
    if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
    return service;
  }

  async function activeReleaseId(context: RunContext<ServiceRunInput>): Promise<string> {
    const { activeReleaseId } = await serviceOf(context);
    if (activeReleaseId === null) throw serviceErrors.SERVICE_NEVER_DEPLOYED();
    return activeReleaseId;
  }

  /** Such a service needs no engine to be stopped. */
  async function runsAsProcesses(context: RunContext<ServiceRunInput>): Promise<boolean> {
    const { activeReleaseId, organizationId } = await serviceOf(context);
    if (activeReleaseId === null) return false;
    const release = await findRelease(db, organizationId, activeReleaseId);
    return (release?.artifact as Artifact | null)?.kind === 'folder';
  }

  async function backToTruth(context: RunContext<ServiceRunInput>): Promise<void> {
    const { serviceId } = context.input;
    await cleanUpParts(context, [
      async () => void (await convergence.converge(tenantOf(context), serviceId, 'all', context.signal)),
    ]);
  }

  const restart = defineRunKind<ServiceRunInput>({
    name: 'service.restart',
    lane: 'quick',
    input: serviceInput,
    timeoutMs: hour,
    supersedesQueued: true,
    steps: [
      {
        name: 'prepare',
        async run(context) {
          const { generation } = await serviceOf(context);
          return { releaseId: await activeReleaseId(context), generation: generation + 1 } satisfies Goal;
        },
      },
      ...createRolloutSteps('prepare', dependencies),
    ],
    cleanup: backToTruth,
  });

  const scale = defineRunKind<ScaleRunInput>({
    name: 'service.scale',
    lane: 'quick',
    input: scaleInput,
    timeoutMs: hour,
    supersedesQueued: true,
    steps: [
      {
        name: 'prepare',
        async run(context): Promise<Goal> {
          const service = await serviceOf(context);
          const now = scaleOf(service);
          const { replicas = now.replicas, processes = {} } = context.input;
          const wanted = { replicas, processes: { ...now.processes, ...processes } };
          const releaseId = await activeReleaseId(context);
          if (service.desiredState !== 'stopped') return { releaseId, scale: wanted };
          await context.transaction((trx) =>
            updateService(trx, tenantOf(context), service.id, { settings: settingsWith(service, wanted) }),
          );
          context.output.write('system', 'The service is stopped; so many are started when it is.');
          return { releaseId, rests: true };
        },
      },
      ...createRolloutSteps('prepare', dependencies),
    ],
    cleanup: backToTruth,
  });

  const stop = defineRunKind<ServiceRunInput>({
    name: 'service.stop',
    lane: 'quick',
    input: serviceInput,
    timeoutMs: hour,
    supersedesQueued: true,
    steps: [
      {
        name: 'drain',
        waitsForApplication: true,
        async run(context) {
          const service = await serviceOf(context);
          const { id, settings } = service;
          const addresses = await addressesOf(service);
          if (addresses.length === 0) return null;
          const rests = { owner: id, targets: [] };
          await Promise.all(
            addresses.map((address) => dependencies.proxy.setRoute({ ...address, ...rests }, context.signal)),
          );
          const timeoutMs = serviceSettings.parse(settings).drainSeconds * 1000;
          await rollout.drain(addresses, id, new Set(), timeoutMs, context.signal, (text) =>
            context.output.write('system', text),
          );
          return null;
        },
      },
      {
        name: 'stop',
        waitsForApplication: true,
        async run(context) {
          const { serviceId } = context.input;
          await rollout
            .stopWhere(serviceId, () => true, context.signal)
            .catch(async (error: unknown) => {
              if (!(error instanceof AppError && error.away) || !(await runsAsProcesses(context))) throw error;
              context.output.write(
                'system',
                'A container that it may have had is ended when the Docker engine is back.',
              );
            });
          // What runs on a schedule has no instance: its run is told to end, and ends its command.
          const scheduled = await listOpenRuns(db, tenantOf(context), cronSubject(serviceId));
          await cancelRuns(dependencies.cancelRun, tenantOf(context), scheduled, null);
          return null;
        },
      },
    ],
  });

  return [restart, scale, stop, createDeleteRunKind(dependencies)];
}

/** What {@link ServiceRemoval} does, as a run. */
function createDeleteRunKind({ removal }: LifecycleRunDependencies): RunKind<ServiceRunInput> {
  type Context = RunContext<ServiceRunInput>;

  const stop: RunStep<ServiceRunInput> = {
    name: 'stop',
    maxAttempts: 5,
    waitsForApplication: true,
    async run(context: Context) {
      await removal.stop(tenantOf(context), context.input.serviceId, context.signal);
      return null;
    },
  };

  const clean: RunStep<ServiceRunInput> = {
    name: 'clean',
    maxAttempts: 5,
    async run(context: Context) {
      await removal.clean(tenantOf(context), context.input.serviceId, context.signal);
      return null;
    },
  };

  const forget: RunStep<ServiceRunInput> = {
    name: 'forget',
    async run(context: Context) {
      await context.transaction((trx) => removal.forget(trx, tenantOf(context), context.input.serviceId));
      return null;
    },
  };

  return defineRunKind<ServiceRunInput>({
    name: 'service.delete',
    lane: 'quick',
    input: serviceInput,
    timeoutMs: hour,
    supersedesQueued: true,
    steps: [stop, clean, forget],
  });
}
