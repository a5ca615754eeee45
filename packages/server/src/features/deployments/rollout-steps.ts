import type { LogStore } from '../../adapters/log-store/log-store.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { RunContext, RunStep } from '../../platform/runs/run-kind.ts';
import {
  findService,
  findServiceForUpdate,
  type ServiceRow,
  type ServiceService,
  serviceErrors,
  updateService,
} from '../services/index.ts';
import type { AddressesOf } from './addresses.ts';
import { isSkipped } from './build-steps.ts';
import { nextCronTime } from './cron-schedule.ts';
import { resultOf, type ServiceRunInput, tenantOf } from './deployment-context.ts';
import { instanceIds, type RolloutPlan, type Scale } from './instance-plan.ts';
import type { ReleaseLoader } from './release-loader.ts';
import { activateRelease } from './release-store.ts';
import type { Rollout } from './rollout.ts';

/** What a rollout moves to; a step before it (`build` or `prepare`) hands it over. Absent parts stay as they are. */
export type Goal = {
  releaseId: string;
  generation?: number;
  scale?: { replicas: number; processes: Record<string, number> };
  /** Nothing is to run: what was asked for is in the settings, for when it does. */
  rests?: boolean;
};

export interface RolloutStepDependencies {
  db: Db;
  services: ServiceService;
  loader: ReleaseLoader;
  rollout: Rollout;
  logs: LogStore;
  readonly addressesOf: AddressesOf;
}

const dayMs = 24 * 60 * 60_000;

type Context = RunContext<ServiceRunInput>;

function judgeService(service: ServiceRow | undefined): ServiceRow {
  if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
  if (service.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
  return service;
}

async function lockService(trx: Tx, context: Context): Promise<ServiceRow> {
  return judgeService(await findServiceForUpdate(trx, tenantOf(context), context.input.serviceId));
}

/** The settings of a service, as JSON, with another number of instances. */
export function settingsWith(service: Pick<ServiceRow, 'settings'>, scale: Scale | undefined): string {
  const settings = service.settings as object;
  return JSON.stringify(scale === undefined ? settings : { ...settings, ...scale });
}

/** The last five steps of everything that changes what runs: start → healthy → switch → drain → stop. */
export function createRolloutSteps(
  goalStep: 'build' | 'prepare',
  dependencies: RolloutStepDependencies,
): RunStep<ServiceRunInput>[] {
  const { db, services, loader, rollout, logs, addressesOf } = dependencies;

  /** Only read: a fenced transaction would wait for the disk, in each of these steps. */
  async function serviceRow(context: Context): Promise<ServiceRow> {
    return judgeService(await findService(db, tenantOf(context), context.input.serviceId));
  }

  /** What of the goal is newer than its release. */
  function liveOf(goal: Goal, { generation }: ServiceRow) {
    return { generation: goal.generation ?? generation, ...(goal.scale === undefined ? {} : { scale: goal.scale }) };
  }

  async function planOf(context: Context): Promise<{ service: ServiceRow; plan: RolloutPlan }> {
    const goal = resultOf(context, goalStep) as Goal;
    const service = await serviceRow(context);
    return { service, plan: await loader.loadPlan(service, goal.releaseId, liveOf(goal, service)) };
  }

  const say = (context: Context) => (text: string) => context.output.write('system', text);

  /** Once the new release serves, an ending that goes wrong is no failure of it: the reconciler does the rest. */
  async function afterSwitch(context: Context, what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (context.signal.aborted) throw error;
      context.logger.warn({ err: error }, what);
      say(context)(`${what}: ${AppError.from(error).message} The reconciler goes on with it.`);
    }
  }

  async function keepLogs({ service, settings }: RolloutPlan, signal: AbortSignal): Promise<void> {
    const { maxMegabytes, maxDays } = settings.logRetention;
    await logs.setRetention(service.id, { maxBytes: maxMegabytes * 1024 * 1024, maxAgeMs: maxDays * dayMs }, signal);
  }

  /** Until no domain came meanwhile: one that comes after the last look is routed by whoever verified it, to what is active now. */
  async function routeAll(service: ServiceRow, plan: RolloutPlan, context: Context): Promise<void> {
    let addresses = await addressesOf(service);
    for (let routed = ''; routed !== JSON.stringify(addresses); addresses = await addressesOf(service)) {
      routed = JSON.stringify(addresses);
      await rollout.route(addresses, plan, context.signal, () => context.assertLease());
    }
  }

  async function stopFormer(plan: RolloutPlan, context: Context): Promise<void> {
    const keep = instanceIds(plan);
    await rollout.stopWhere(
      plan.service.id,
      (id) => !keep.has(id),
      context.signal,
      () => context.assertLease(),
    );
  }

  const steps: RunStep<ServiceRunInput>[] = [
    {
      name: 'start',
      maxAttempts: 3,
      system: 'runtime',
      async run(context) {
        const goal = resultOf(context, goalStep) as Goal;
        const service = await serviceRow(context);
        const target = await loader.loadTarget(service, goal.releaseId, liveOf(goal, service));
        await Promise.all([keepLogs(target, context.signal), rollout.start(target, context.signal)]);
        return null;
      },
    },
    {
      name: 'healthy',
      maxAttempts: 3,
      waitsForApplication: true,
      async run(context) {
        const { plan } = await planOf(context);
        await rollout.waitUntilHealthy(plan, context.signal, say(context));
        return null;
      },
    },
    {
      name: 'switch',
      maxAttempts: 3,
      system: 'proxy',
      async run(context) {
        const goal = resultOf(context, goalStep) as Goal;
        const { plan } = await planOf(context);
        const row = await context.transaction(async (trx) => {
          const service = await lockService(trx, context);
          await activateRelease(trx, service.organizationId, service.id, goal.releaseId);
          await updateService(trx, service.organizationId, service.id, {
            activeReleaseId: goal.releaseId,
            generation: plan.generation,
            settings: settingsWith(service, goal.scale),
            nextCronAt: service.kind === 'cron' ? nextCronTime(plan.settings.schedule, new Date()) : null,
          });
          return service;
        });
        await routeAll(row, plan, context);
        const { url } = services.present(row);
        if (url !== null) say(context)(`Live at ${url}`);
        return null;
      },
    },
    {
      name: 'drain',
      waitsForApplication: true,
      async run(context) {
        const { service, plan } = await planOf(context);
        const addresses = await addressesOf(service);
        if (addresses.length === 0) return null;
        const timeoutMs = plan.settings.drainSeconds * 1000;
        await afterSwitch(context, 'Draining the former instances failed', () =>
          rollout.drain(addresses, plan.service.id, instanceIds(plan), timeoutMs, context.signal, say(context)),
        );
        return null;
      },
    },
    {
      name: 'stop',
      waitsForApplication: true,
      async run(context) {
        const { plan } = await planOf(context);
        await afterSwitch(context, 'Stopping the former instances failed', () => stopFormer(plan, context));
        return null;
      },
    },
  ];

  const isAtRest = (context: Context) => (context.results[goalStep] as Goal | null)?.rests === true;

  return steps.map((step) => ({
    ...step,
    run: async (context) => (isSkipped(context) || isAtRest(context) ? null : await step.run(context)),
  }));
}
