import { type LineAddress, parseLineAddress } from './line-address.ts';

/** What may stand behind the `?` of a page. Whatever does not fit is left out: addresses are typed, cut and old. */

export const drawerTabs = [
  'deployments',
  'logs',
  'variables',
  'metrics',
  'domains',
  'settings',
  'terminal',
  // of cloud resources, beside `settings`
  'manifest',
  'updates',
  'outputs',
  'state',
] as const;
export type DrawerTab = (typeof drawerTabs)[number];

export const metricRanges = ['1h', '6h', '24h', '7d'] as const;
export type MetricRange = (typeof metricRanges)[number];

const logStreams = ['stdout', 'stderr', 'system'] as const;
export type LogStream = (typeof logStreams)[number];

/** The state of a project's page: all of it, so that every view has an address and Back works. */
export interface ProjectSearch {
  /** Id; the first environment where it is left out. */
  environment?: string;
  /** Id of the service whose drawer is open. */
  service?: string;
  /** Id of the cloud resource whose drawer is open. */
  resource?: string;
  /** Id of the stack update that is looked at. */
  update?: string;
  tab?: DrawerTab;
  /** Id of the deployment that is looked at. */
  deployment?: string;
  /** The lines of its log. */
  line?: LineAddress;
  step?: string;
  /** What logs are filtered by, beside the deployment. */
  instance?: string;
  process?: string;
  stream?: LogStream;
  text?: string;
  /** RFC 3339, UTC. */
  since?: string;
  until?: string;
  /** Id of the run whose output is looked at. */
  run?: string;
  /** One of several ways that a tab has to show the same. */
  view?: string;
  /** How long back charts look; the shortest where it is left out. */
  range?: MetricRange;
}

/** The cloud resources of the organization: what is searched for, and the drawer that is open. */
export type ResourcesSearch = Pick<ProjectSearch, 'resource' | 'tab' | 'update' | 'text'>;

export interface EntrySearch {
  /** Where to go afterwards: an address of this UI. */
  next?: string;
}

export const auditResults = ['done', 'refused', 'failed'] as const;
export type AuditResult = (typeof auditResults)[number];

/** What the audit log is filtered by. */
export interface AuditSearch {
  action?: string;
  /** Id of what it was done to. */
  subject?: string;
  /** Id of who did it. */
  actor?: string;
  /** IP address that it came from. */
  address?: string;
  result?: AuditResult;
  /** What is in the log of no organization; for operators. */
  of?: 'nobody';
  /** RFC 3339, UTC; from then on. */
  since?: string;
  /** RFC 3339, UTC; before then. */
  until?: string;
}

/** The lines of an update's output that are looked at. */
export interface StackUpdateSearch {
  line?: LineAddress;
}

export const stackUpdateStatuses = ['queued', 'in_progress', 'success', 'failed', 'canceled'] as const;

/** What the list of stack updates is filtered by. */
export interface StackUpdatesSearch {
  status?: (typeof stackUpdateStatuses)[number];
  /** Ids. */
  resource?: string;
  credential?: string;
}

type Raw = Record<string, unknown>;

export function parseProjectSearch(raw: Raw): ProjectSearch {
  const tab = drawerTabs.find((name) => name === raw.tab);
  const line = parseLineAddress(raw.line);
  const range = metricRanges.find((name) => name === raw.range);
  const stream = logStreams.find((name) => name === raw.stream);
  return {
    ...text(raw, 'environment'),
    ...text(raw, 'service'),
    ...text(raw, 'resource'),
    ...text(raw, 'update'),
    ...text(raw, 'deployment'),
    ...text(raw, 'step'),
    ...text(raw, 'view'),
    ...text(raw, 'instance'),
    ...text(raw, 'process'),
    ...text(raw, 'text'),
    ...text(raw, 'run'),
    ...time(raw, 'since'),
    ...time(raw, 'until'),
    ...(tab === undefined ? {} : { tab }),
    ...(line === undefined ? {} : { line }),
    ...(range === undefined ? {} : { range }),
    ...(stream === undefined ? {} : { stream }),
  };
}

export function parseResourcesSearch(raw: Raw): ResourcesSearch {
  const { resource, tab, update, text: wanted } = parseProjectSearch(raw);
  return {
    ...(resource === undefined ? {} : { resource }),
    ...(tab === undefined ? {} : { tab }),
    ...(update === undefined ? {} : { update }),
    ...(wanted === undefined ? {} : { text: wanted }),
  };
}

export function parseEntrySearch(raw: Raw): EntrySearch {
  const { next } = raw;
  return typeof next === 'string' && isOwnPath(next) ? { next } : {};
}

export function parseAuditSearch(raw: Raw): AuditSearch {
  return {
    ...text(raw, 'action'),
    ...text(raw, 'subject'),
    ...text(raw, 'actor'),
    ...text(raw, 'address'),
    ...(auditResults.some((result) => result === raw['result']) ? { result: raw['result'] as AuditResult } : {}),
    ...(raw['of'] === 'nobody' ? { of: 'nobody' } : {}),
    ...time(raw, 'since'),
    ...time(raw, 'until'),
  };
}

export function parseStackUpdateSearch(raw: Raw): StackUpdateSearch {
  const line = parseLineAddress(raw.line);
  return line === undefined ? {} : { line };
}

export function parseStackUpdatesSearch(raw: Raw): StackUpdatesSearch {
  const status = stackUpdateStatuses.find((name) => name === raw.status);
  return { ...(status === undefined ? {} : { status }), ...text(raw, 'resource'), ...text(raw, 'credential') };
}

/** Any way to write a time that the browser reads, in the one that the server takes. */
function time<Name extends string>(raw: Raw, name: Name): { [N in Name]?: string } {
  const at = typeof raw[name] === 'string' ? Date.parse(raw[name]) : Number.NaN;
  return (Number.isNaN(at) ? {} : { [name]: new Date(at).toISOString() }) as { [N in Name]?: string };
}

function text<Name extends string>(raw: Raw, name: Name): { [N in Name]?: string } {
  const value = raw[name];
  const isText = (typeof value === 'string' && value !== '') || typeof value === 'number';
  return (isText ? { [name]: String(value) } : {}) as { [N in Name]?: string };
}

/** A link to the sign-in page must not be able to lead anywhere else afterwards: browsers read `//` and `/\` as another host. */
function isOwnPath(path: string): boolean {
  if (!/^\/(?![/\\])/.test(path)) return false;
  const base = 'http://davit.invalid';
  return URL.canParse(path, base) && new URL(path, base).origin === base;
}
