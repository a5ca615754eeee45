import { eachItem, type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { notFound, wrongUsage } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import {
  acting,
  commandGroup,
  davitCommand,
  type ServiceOptions,
  serviceOption,
} from '../command-line/davit-command.ts';
import { finishRun } from '../deploy/finish-run.ts';
import type { Connection } from '../session/connection.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

type Domain = Schemas['Domain'];

interface AddOptions extends ServiceOptions {
  redirectTo?: string;
  forceHttps: boolean;
}

interface SetOptions extends ServiceOptions {
  redirectTo?: string;
  forceHttps?: string;
}

const listOf = ({ api }: Connection, id: string): Promise<Domain[]> =>
  Array.fromAsync(
    eachItem((cursor) =>
      unwrap(api.GET('/v1/services/{id}/domains', { params: { path: { id }, query: { limit: 200, cursor } } })),
    ),
  );

async function openDomain(context: Context, options: ServiceOptions, host: string) {
  const { connection, service } = await openService(context, options.service);
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const domain = (await listOf(connection, service.id)).find((each) => each.host === wanted || each.id === host);
  if (domain === undefined) {
    throw notFound(`${service.name} has no domain "${sanitizeLine(host)}".`, { hint: 'See `davit domain list`.' });
  }
  return { connection, domain };
}

function certificateText({ certificate: { state, expiresAt } }: Domain): string {
  if (state === 'unavailable') return 'no TLS';
  return expiresAt === null ? `certificate ${state}` : `certificate ${state}, until ${expiresAt.slice(0, 10)}`;
}

/** What was seen of a domain, and what there is to do about it, a line each: nothing where it is well. */
function todoOf({ state, seen, advice, records, certificate }: Domain): string[] {
  // Advice says which records to make, too.
  const isSaid = state === 'active' || advice !== null;
  return [
    ...(isSaid ? [] : records.map(({ type, name, value }) => `  make  ${name}  ${type}  ${value}`)),
    ...(seen === null || (state === 'active' && advice === null) ? [] : [`  seen: ${seen}`]),
    ...(advice === null ? [] : [`  ${advice}`]),
    ...(['failed', 'expiring', 'expired'].includes(certificate.state) ? [`  ${certificate.detail ?? ''}`] : []),
  ].map((line) => sanitizeLine(line));
}

function describe(domain: Domain): string {
  const { host, state } = domain;
  return [`${host}  ${state}  ${certificateText(domain)}`, ...todoOf(domain)].join('\n');
}

async function list(context: Context, options: ServiceOptions): Promise<void> {
  const { output } = context;
  const { connection, service } = await openService(context, options.service);
  const domains = await listOf(connection, service.id);
  const rows = domains.map((domain) => [
    domain.host,
    domain.state,
    domain.redirectTo === null ? domain.url : `→ ${domain.redirectTo}`,
    certificateText(domain),
  ]);
  output.result({
    value: domains,
    text: domains.length === 0 ? 'The service has no domain of your own.' : formatTable(rows),
    quiet: domains.map(({ host }) => host).join('\n'),
  });
  for (const domain of domains.filter((each) => todoOf(each).length > 0)) {
    output.note([`${domain.host}:`, ...todoOf(domain)].join('\n'));
  }
}

async function add(context: Context, options: AddOptions, host = ''): Promise<void> {
  const { connection, service } = await openService(context, options.service);
  const { redirectTo = null, forceHttps } = options;
  const domain = await unwrap(
    connection.api.POST('/v1/services/{id}/domains', {
      params: { path: { id: service.id } },
      body: { host, redirectTo, forceHttps },
    }),
  );
  context.output.result({ value: domain, text: describe(domain), quiet: domain.id });
  context.output.note('davit looks for these records by itself; `davit domain verify` looks now.');
}

async function verify(context: Context, options: ServiceOptions, host = ''): Promise<void> {
  const { output } = context;
  const { connection, domain } = await openDomain(context, options, host);
  const params = { path: { id: domain.id } };
  const { runId } = await unwrap(connection.api.POST('/v1/domains/{id}/verify', { params }));
  await finishRun(connection, runId, output, 'Change DNS as it says, then verify again; davit looks by itself, too.');
  const now = await unwrap(connection.api.GET('/v1/domains/{id}', { params }));
  output.result({ value: now, text: describe(now), quiet: now.state });
}

async function set(context: Context, options: SetOptions, host = ''): Promise<void> {
  const { connection, domain } = await openDomain(context, options, host);
  const { redirectTo, forceHttps } = options;
  if (forceHttps !== undefined && !['on', 'off'].includes(forceHttps)) {
    throw wrongUsage(`"${forceHttps}" is neither on nor off.`);
  }
  const body = {
    ...(redirectTo === undefined ? {} : { redirectTo: redirectTo === 'none' ? null : redirectTo }),
    ...(forceHttps === undefined ? {} : { forceHttps: forceHttps === 'on' }),
  };
  const changed = await unwrap(connection.api.PATCH('/v1/domains/{id}', { params: { path: { id: domain.id } }, body }));
  context.output.result({ value: changed, text: describe(changed), quiet: changed.id });
}

async function remove(context: Context, options: ServiceOptions, host = ''): Promise<void> {
  const { connection, domain } = await openDomain(context, options, host);
  await unwrap(connection.api.DELETE('/v1/domains/{id}', { params: { path: { id: domain.id } } }));
  context.output.result({
    value: { id: domain.id, host: domain.host, removed: true },
    text: `${domain.host} is no longer served.`,
  });
}

const named = (name: string, summary: string, example: string) =>
  davitCommand({ name, summary, examples: [[example, summary]] })
    .argument('<host>', 'the host name, such as www.example.com')
    .addOption(serviceOption());

/** `davit domain` */
export function createDomainCommand(): Command {
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the domains of a service, and what to change in DNS',
    examples: [['davit domain list -s web', 'with the state of each certificate']],
  }).addOption(serviceOption());
  const addCommand = named('add', 'add a domain to a service', 'davit domain add www.example.com')
    .option('--redirect-to <host>', 'send its visitors on to this other domain of the service')
    .option('--no-force-https', 'also serve it without TLS');
  const verifyCommand = named('verify', 'look at its DNS and certificate now', 'davit domain verify www.example.com');
  const setCommand = named(
    'set',
    'change where it sends its visitors',
    'davit domain set example.com --redirect-to none',
  )
    .option('--redirect-to <host>', 'another domain of the service, or none')
    .option('--force-https <on|off>', 'send requests without TLS to https');
  const removeCommand = named('remove', 'remove a domain', 'davit domain remove www.example.com');
  return commandGroup(
    {
      name: 'domain',
      summary: 'lead domains of your own to a service',
      examples: [['davit domain add www.example.com', 'says which DNS record to make']],
    },
    [
      acting(listCommand, list),
      acting(addCommand, add),
      acting(verifyCommand, verify),
      acting(setCommand, set),
      acting(removeCommand, remove),
    ],
  );
}
