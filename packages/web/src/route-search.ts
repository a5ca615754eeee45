/** What may stand behind the `?` of a page. Whatever does not fit is left out: addresses are typed, cut and old. */

export const drawerTabs = ['deployments', 'logs', 'variables', 'metrics', 'settings', 'terminal'] as const;
export type DrawerTab = (typeof drawerTabs)[number];

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
}

export interface EntrySearch {
  /** Where to go afterwards: an address of this UI. */
  next?: string;
}

type Raw = Record<string, unknown>;

export function parseProjectSearch(raw: Raw): ProjectSearch {
  const tab = drawerTabs.find((name) => name === raw.tab);
  const line = Number(raw.line);
  return {
    ...text(raw, 'environment'),
    ...text(raw, 'service'),
    ...text(raw, 'deployment'),
    ...text(raw, 'step'),
    ...(tab === undefined ? {} : { tab }),
    ...(Number.isSafeInteger(line) && line > 0 ? { line } : {}),
  };
}

export function parseEntrySearch(raw: Raw): EntrySearch {
  const { next } = raw;
  return typeof next === 'string' && isOwnPath(next) ? { next } : {};
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
