import { z } from 'zod';
import type { ReleaseExecutor } from '../../adapters/executor/executor.ts';
import { runToEnd } from '../../adapters/executor/run-to-end.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Db } from '../../platform/db/database.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { defineRunKind, type RunContext, type RunKind } from '../../platform/runs/run-kind.ts';
import {
  findNextCronTime,
  listDueCronServices,
  type ServiceRow,
  serviceSettings,
  takeCronTime,
} from '../services/index.ts';
import { artifactCommand } from './artifact-command.ts';
import { nextCronTime } from './cron-schedule.ts';
import { commandOutput, tenantOf } from './deployment-context.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { mainProcess } from './instance-plan.ts';
import { secretValues } from './release-environment.ts';
import type { ReleaseLoader } from './release-loader.ts';
import { findRelease } from './release-store.ts';

const cronInput = z.strictObject({ serviceId: z.string(), releaseId: z.string(), due: z.string() });
type CronRunInput = z.infer<typeof cronInput>;

/** Beside the service's own subject: a deployment does not wait for a long command, nor the other way round. */
export const cronSubject = (serviceId: string) => `${serviceId}:cron`;

/** The one command of a run of a cron service. */
export const cronCommandId = (runId: string) => `${runId}-cron`;

/** One scheduled execution of a cron service: its command, to its end. */
export function createCronRunKind(dependencies: {
  db: Db;
  executor: ReleaseExecutor;
  loader: ReleaseLoader;
}): RunKind<CronRunInput> {
  const { db, executor, loader } = dependencies;

  async function run(context: RunContext<CronRunInput>): Promise<null> {
    const { serviceId, releaseId } = context.input;
    const target = await loader.loadForCommand(tenantOf(context), serviceId, releaseId);
    const main = mainProcess('cron', target.artifact);
    if (main === undefined) throw deploymentErrors.DEPLOYMENT_NO_START_COMMAND();
    context.mask(secretValues(target.environment));
    const output = commandOutput(context, db, 'run');
    const written = await output.announce(main.argv?.at(-1) ?? main.name);
    const command = artifactCommand(target.artifact, {
      argv: main.argv,
      env: { ...target.environment, DAVIT_PROCESS: 'cron' },
      service: target.service,
      settings: target.settings,
      runId: context.runId,
    });
    const { exit } = await runToEnd(executor, cronCommandId(context.runId), command, output, written, context.signal);
    if (exit?.code !== 0) {
      throw deploymentErrors.CRON_COMMAND_FAILED({
        message: `The scheduled command failed: ${exit?.detail ?? 'lost'}`,
      });
    }
    return null;
  }

  async function tidy(context: RunContext<CronRunInput>): Promise<null> {
    await executor.remove(cronCommandId(context.runId), context.signal);
    return null;
  }

  return defineRunKind<CronRunInput>({
    name: 'cron.run',
    lane: 'lasting',
    input: cronInput,
    timeoutMs: 24 * 60 * 60_000,
    // A run that has not started when the next is due has missed its time.
    supersedesQueued: true,
    steps: [
      { name: 'run', run },
      { name: 'tidy', run: tidy },
    ],
    cleanup: async (context) => void (await tidy(context)),
  });
}

// A schedule that was set a moment ago is seen after this long; another server's clock may be as far off.
const longestPauseMs = 5000;
const shortestPauseMs = 250;

/** Looks for cron services whose time has come, and starts their runs; several servers share the work. */
export function createCronScheduler(options: { db: Db; engine: RunEngine; logger: Logger; now?: () => Date }) {
  const { db, engine, logger, now = () => new Date() } = options;

  async function fire(service: ServiceRow): Promise<void> {
    const { organizationId, id: serviceId, activeReleaseId: releaseId, nextCronAt } = service;
    if (releaseId === null || nextCronAt === null) return;
    // Of the release: like every other setting, a schedule that was changed applies with the next deployment.
    const release = await findRelease(db, organizationId, releaseId);
    const schedule = release === undefined ? null : serviceSettings.parse(release.settings).schedule;
    await db.transaction().execute(async (trx) => {
      if (!(await takeCronTime(trx, service, nextCronTime(schedule, now())))) return;
      await engine.enqueue(trx, {
        kind: 'cron.run',
        organizationId,
        subject: cronSubject(serviceId),
        input: { serviceId, releaseId, due: nextCronAt.toISOString() },
        askedBy: null,
      });
    });
  }

  return {
    /** Starts what is due. @returns when to look again, in milliseconds: a query a second was a sixth of an idle server's work */
    async tick(): Promise<number> {
      for (const service of await listDueCronServices(db, now())) {
        await fire(service).catch((error: unknown) =>
          logger.error({ err: error, serviceId: service.id }, 'cron service not started'),
        );
      }
      const next = await findNextCronTime(db);
      const untilNext = next === undefined ? longestPauseMs : next.getTime() - now().getTime();
      return Math.min(longestPauseMs, Math.max(shortestPauseMs, untilNext));
    },
  };
}
