import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { formatBytes, formatDuration } from '../terminal/duration.ts';
import type { Style } from '../terminal/style.ts';
import { formatTable } from '../terminal/table.ts';

type Instance = Schemas['Instance'];

function stateIn({ state }: Instance, style: Style): string {
  if (state === 'running') return style.green(state);
  return state === 'failed' || state === 'backing-off' ? style.red(state) : style.yellow(state);
}

/** The share of one core since the start, as `ps` gives it. */
function cpuShare({ cpuMs, startedAt }: Instance, now: number): string {
  if (cpuMs === null || startedAt === null) return '-';
  return `${((cpuMs / Math.max(1, now - Date.parse(startedAt))) * 100).toFixed(1)} %`;
}

function toRow(instance: Instance, style: Style, now: number): string[] {
  const { process: name, ordinal, restarts, memoryBytes, startedAt, lastExit } = instance;
  return [
    `${name}.${ordinal}`,
    stateIn(instance, style),
    startedAt === null ? '-' : formatDuration(now - Date.parse(startedAt)),
    String(restarts),
    cpuShare(instance, now),
    memoryBytes === null ? '-' : formatBytes(memoryBytes),
    instance.address ?? '-',
    lastExit ?? '',
  ];
}

async function ps(context: Context, options: ServiceOptions): Promise<void> {
  const { output } = context;
  const { connection, service } = await openService(context, options.service);
  const { items } = await unwrap(
    connection.api.GET('/v1/services/{id}/instances', { params: { path: { id: service.id } } }),
  );
  const heads = ['instance', 'state', 'up for', 'restarts', 'cpu', 'memory', 'address', 'last exit'];
  const rows = items.map((instance) => toRow(instance, output.style, Date.now()));
  output.result({
    value: items,
    text: items.length === 0 ? 'No instance runs.' : formatTable([heads.map(output.style.dim), ...rows]),
    quiet: items.map(({ id }) => id).join('\n'),
  });
}

/** `davit ps` */
export function createPsCommand(): Command {
  const command = davitCommand({
    name: 'ps',
    summary: 'show the instances of a service',
    examples: [
      ['davit ps', 'what runs of this service, and what it uses'],
      ['davit ps -s api --json', 'the same for a program'],
    ],
  }).addOption(serviceOption());
  return acting<ServiceOptions>(command, ps);
}
