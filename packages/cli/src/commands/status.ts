import { type Schemas, UnreachableError, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { withAdvice } from '../deploy/advice.ts';
import { deploymentAdvice } from '../deploy/deployment-advice.ts';
import { getDeployment } from '../deploy/follow-deployment.ts';
import { chooseService } from '../session/choose-service.ts';
import type { Connection } from '../session/connection.ts';
import { formatAge } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import type { Style } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';

type Readiness = Schemas['Readiness'];
type Deployment = Schemas['Deployment'];

interface ServiceStatus {
  service: Schemas['Service'];
  deployments: Deployment[];
  pendingVariables: boolean;
}

const shownDeployments = 5;

async function readReadiness({ api, url }: Connection): Promise<Readiness> {
  const { data, error } = await api.GET('/health/ready');
  // A server that is not ready says so with 503 and the same form.
  const readiness = data ?? (error as unknown as Readiness | undefined);
  if (readiness?.checks === undefined) throw new UnreachableError(url, undefined);
  return readiness;
}

async function readService(context: Context, connection: Connection, named: string | undefined) {
  const link = named === undefined ? await context.findLink() : undefined;
  const { config, output } = context;
  const service = await chooseService(connection, { named, link, config, output });
  const params = { path: { id: service.id } };
  const query = { limit: shownDeployments };
  const [variables, deployments] = await Promise.all([
    unwrap(connection.api.GET('/v1/services/{id}/env', { params })),
    unwrap(connection.api.GET('/v1/services/{id}/deployments', { params: { ...params, query } })),
  ]);
  const [newest, ...older] = deployments.items;
  const isFailed = newest?.status === 'failed';
  return {
    service,
    // By its steps it is known which commands help.
    deployments: isFailed ? [await getDeployment(connection, newest.id), ...older] : deployments.items,
    pendingVariables: variables.pendingDeployment,
  } satisfies ServiceStatus;
}

function paintState(state: string, style: Style): string {
  if (state === 'ok' || state === 'active') return style.green(state);
  if (state === 'failed') return style.red(state);
  return state === 'degraded' || state === 'running' || state === 'queued' ? style.yellow(state) : style.dim(state);
}

function platformText({ status, checks }: Readiness, { url }: Connection, style: Style): string {
  const rows = checks.map(({ name, state, detail = '' }) => [
    `  ${name}`,
    paintState(state, style),
    sanitizeLine(detail),
  ]);
  return `${style.bold('davit')} at ${url}: ${paintState(status, style)}\n${formatTable(rows)}`;
}

function serviceText({ service, deployments, pendingVariables }: ServiceStatus, style: Style): string {
  const rows = deployments.map(({ number, status, createdAt, commit, reason, trigger }) => [
    `  #${number}`,
    paintState(status, style),
    formatAge(createdAt),
    trigger === 'rollback' ? 'rollback' : '',
    sanitizeLine(commit === null ? '' : `${commit.sha.slice(0, 8)} ${commit.message?.split('\n')[0] ?? ''}`),
    status === 'failed' ? sanitizeLine(reason ?? '') : '',
  ]);
  const listed = formatTable(rows).split('\n');
  // What is to be done about older ones was done, or the newest would say it too.
  const advice = deployments[0]?.status === 'failed' ? deploymentAdvice(deployments[0]) : null;
  const shown = withAdvice(listed.map((line, index) => ({ line, hint: index === 0 ? advice : null })));
  const state = service.desiredState === 'stopped' ? ` (${style.yellow('stopped')})` : '';
  const lines = [
    `${style.bold(service.name)}${state} ${service.url ?? `a ${service.kind} service, without an address`}`,
  ];
  lines.push(rows.length === 0 ? '  never deployed' : shown.join('\n'));
  if (pendingVariables) lines.push(style.yellow('  Some variables have not reached it yet: `davit deploy`.'));
  return lines.join('\n');
}

/** A platform without services is a status too, and so is one of many of which none is meant. */
async function findService(context: Context, connection: Connection, named: string | undefined) {
  try {
    return await readService(context, connection, named);
  } catch (error) {
    const isOpen = error instanceof CliError && named === undefined;
    if (!isOpen || (error.exitCode !== exitCodes.notFound && error.exitCode !== exitCodes.wrongUsage)) throw error;
    context.output.note(context.output.noteStyle.dim([error.message, ...error.lines].join('\n')));
    return undefined;
  }
}

function show(output: Output, connection: Connection, readiness: Readiness, found: ServiceStatus | undefined): void {
  const platform = platformText(readiness, connection, output.style);
  output.result({
    value: { url: connection.url, platform: readiness, ...found },
    text: found === undefined ? platform : `${platform}\n\n${serviceText(found, output.style)}`,
    quiet: readiness.status,
  });
}

async function status(context: Context, options: ServiceOptions): Promise<void> {
  const connection = await context.connect();
  const readiness = await readReadiness(connection);
  // Without its database a server can tell of nothing else.
  const found = readiness.status === 'failed' ? undefined : await findService(context, connection, options.service);
  show(context.output, connection, readiness, found);
  if (readiness.status === 'failed') process.exitCode = exitCodes.failed;
}

/** `davit status` */
export function createStatusCommand(): Command {
  const command = davitCommand({
    name: 'status',
    summary: 'show the platform and a service',
    description:
      'Shows whether davit is well, how it keeps services apart and what is missing for that, and the service of this folder with its newest deployments.',
    examples: [
      ['davit status', 'the platform and this service'],
      ['davit status -q', 'ok, degraded or failed, for a script'],
    ],
  }).addOption(serviceOption());
  return acting<ServiceOptions>(command, status);
}
