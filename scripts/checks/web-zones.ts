/** The layers of the web UI: what a module of packages/web/src may see of it. */

const WEB = 'packages/web/src/';

/** What one layer may see, and how it is called. */
export interface WebZone {
  readonly name: string;
  sees(target: string): boolean;
}

/** The vocabulary of addresses. */
const addresses: readonly string[] = [`${WEB}route-search.ts`, `${WEB}line-address.ts`];

/** Whether a module runs in the browser. */
export function isWeb(path: string): boolean {
  return path.startsWith(WEB);
}

/**
 * Components see components, the data layer itself, a page both of them, the vocabulary of addresses and of other pages only their
 * index.ts. What lies beside main.tsx puts them together.
 */
export function webZoneOf(path: string): WebZone {
  const [top = '', page = ''] = path.slice(WEB.length).split('/');
  if (top === 'ui') return { name: 'ui (components without data)', sees: isIn('ui') };
  if (top === 'data') return { name: 'data', sees: isIn('data') };
  if (top !== 'pages') return { name: 'the root of the web UI', sees: isWeb };
  const below = isIn('ui', 'data', `pages/${page}`);
  return {
    name: `the page ${page}`,
    sees: (target) => below(target) || addresses.includes(target) || isFaceOfPage(target),
  };
}

/** Only the data layer talks to the server, so only it knows the API's package; components and pages get what it makes of it. */
export function maySeeApi(path: string): boolean {
  return path.startsWith(`${WEB}data/`);
}

function isIn(...folders: readonly string[]): (target: string) => boolean {
  return (target) => folders.some((folder) => target.startsWith(`${WEB}${folder}/`));
}

function isFaceOfPage(target: string): boolean {
  return /^packages\/web\/src\/pages\/[^/]+\/index\.tsx?$/.test(target);
}
