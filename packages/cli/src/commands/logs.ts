import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { assertWentWell, getDeployment } from '../deploy/follow-deployment.ts';
import { deploymentSaid } from '../deploy/report-deployment.ts';
import { cronRunSaid } from '../logs/cron-run-said.ts';
import { findCronRun } from '../logs/find-cron-run.ts';
import { findDeployment } from '../logs/find-deployment.ts';
import { showRunLogs } from '../logs/run-logs.ts';
import { showServiceLogs } from '../logs/service-logs.ts';
import { parseMoment } from '../terminal/duration.ts';

interface LogsOptions extends ServiceOptions {
  follow?: boolean;
  build?: boolean;
  cron?: boolean;
  deployment?: string;
  instance?: string;
  search?: string;
  since?: string;
  lines?: string;
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,7}$/.test(text)) throw wrongUsage(`"${text}" is no number of lines.`);
  return Number(text);
}

function momentOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const moment = parseMoment(text);
  if (moment === undefined) {
    throw wrongUsage(`"${text}" is no time.`, { hint: 'Write 10m, 2h, 1d, or a time such as 2026-01-31T12:00:00Z.' });
  }
  return moment;
}

async function logs(context: Context, options: LogsOptions): Promise<void> {
  const { output } = context;
  const { search, instance, follow = false, build = false, cron = false } = options;
  const lines = countOf(options.lines);
  const since = momentOf(options.since);
  if ((build || cron) && (search !== undefined || since !== undefined || instance !== undefined)) {
    throw wrongUsage('--search, --since and --instance are for what a service prints, not for --build or --cron.');
  }
  if (cron && (build || options.deployment !== undefined)) {
    throw wrongUsage('--cron is for a scheduled command, not for a deployment.');
  }
  const { connection, service } = await openService(context, options.service);
  if (cron) {
    const runId = await findCronRun(connection.api, service.id);
    await showRunLogs(connection, runId, { follow, lines, output });
    if (follow) output.note(await cronRunSaid(connection.api, service, runId));
    return;
  }
  const deployment =
    build || options.deployment !== undefined
      ? await findDeployment(connection.api, service.id, options.deployment)
      : undefined;
  if (build && deployment !== undefined) {
    await showRunLogs(connection, deployment.runId, { follow, lines, output });
    if (!follow) return;
    // The output does not say how it ended, and who follows it waits for that.
    const ended = await getDeployment(connection, deployment.id);
    assertWentWell(ended);
    output.note(deploymentSaid(service, ended));
  } else {
    const filter = { search, instance, deployment: deployment?.id };
    await showServiceLogs(connection, service.id, { filter, since, lines, follow, output });
  }
}

/** `davit logs` */
export function createLogsCommand(): Command {
  const command = davitCommand({
    name: 'logs',
    summary: 'show what a service prints, or what a deployment printed',
    examples: [
      ['davit logs', 'the last lines of the service'],
      ['davit logs -f', 'and what comes'],
      ['davit logs --search timeout --since 2h', 'lines with a text, across deployments'],
      ['davit logs --build', 'what the last deployment printed'],
      ['davit logs --build -f', 'the same to its end; its exit code is that of the deployment'],
      ['davit logs --cron', 'what a scheduled command printed when it ran last'],
      ['davit logs --cron -f', 'the same to its end; its exit code is 0 if the command ended well'],
    ],
  })
    .addOption(serviceOption())
    .option('-f, --follow', 'go on as lines come')
    .option('-n, --lines <count>', 'how many of the last lines; 200, or all with --since or --build')
    .option('--since <time>', 'lines since then: 10m, 2h, 1d or a time')
    .option('--search <text>', 'lines that contain a text')
    .option('--deployment <deployment>', 'of one deployment: its number or id')
    .option('--instance <id>', 'of one instance')
    .option('--build', 'what a deployment printed while it went on')
    .option('--cron', 'what the scheduled command of a cron service printed last');
  return acting<LogsOptions>(command, logs);
}
