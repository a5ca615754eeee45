/** What may stand behind the `?` of a page. Whatever does not fit is left out: addresses are typed, cut and old. */

export const drawerTabs = ['deployments', 'logs', 'variables', 'metrics', 'settings', 'terminal'] as const;
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
  tab?: DrawerTab;
  /** Id of the deployment that is looked at. */
  deployment?: string;
  /** Number of the line of its log. */
  line?: number;
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

export interface EntrySearch {
  /** Where to go afterwards: an address of this UI. */
  next?: string;
}

/** What the audit log is filtered by. */
export interface AuditSearch {
  action?: string;
  /** Id of what it was done to. */
  subject?: string;
  /** Id of who did it. */
  actor?: string;
  /** RFC 3339, UTC; from then on. */
  since?: string;
  /** RFC 3339, UTC; before then. */
  until?: string;
}

type Raw = Record<string, unknown>;

export function parseProjectSearch(raw: Raw): ProjectSearch {
  const tab = drawerTabs.find((name) => name === raw.tab);
  const line = Number(raw.line);
  const range = metricRanges.find((name) => name === raw.range);
  const stream = logStreams.find((name) => name === raw.stream);
  return {
    ...text(raw, 'environment'),
    ...text(raw, 'service'),
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
    ...(Number.isSafeInteger(line) && line > 0 ? { line } : {}),
    ...(range === undefined ? {} : { range }),
    ...(stream === undefined ? {} : { stream }),
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
    ...time(raw, 'since'),
    ...time(raw, 'until'),
  };
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
