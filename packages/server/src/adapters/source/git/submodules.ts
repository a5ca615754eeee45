import { AppError } from '../../../kernel/app-error.ts';
import { sourceErrors } from '../source-errors.ts';
import { parseSourceUrl, type SourceUrl } from '../source-url.ts';
import type { GitRemote } from './git-remote.ts';

/** What a commit says about one of its submodules. */
export interface Submodule {
  readonly path: string;
  readonly commit: string;
  /** Judged. */
  readonly url: SourceUrl;
}

/** The URL of a submodule, which may be relative to that of its repository (gitsubmodules(7)). */
function resolveSubmoduleUrl(parent: string, url: string): string {
  if (!url.startsWith('./') && !url.startsWith('../')) return url;
  let base = parent.replace(/\/+$/, '');
  let rest = url;
  for (;;) {
    if (rest.startsWith('./')) rest = rest.slice(2);
    else if (rest.startsWith('../')) {
      rest = rest.slice(3);
      const cut = Math.max(base.lastIndexOf('/'), base.lastIndexOf(':'));
      // Past a colon the path of `git@host:path` is used up; what is refused here is judged as an URL afterwards.
      base = cut <= 0 ? '' : base.slice(0, base[cut] === ':' ? cut + 1 : cut);
    } else return base.endsWith(':') ? `${base}${rest}` : `${base}/${rest}`;
  }
}

/**
 * A repository that came over the network must not name one on this machine, nor one over a protocol without
 * encryption when its own had it: only what the repository itself was reached by, or better.
 */
function parseSubmoduleUrl(parent: SourceUrl, url: string, path: string): SourceUrl {
  try {
    const allowInsecure = parent.transport !== 'https' && parent.transport !== 'ssh';
    const parsed = parseSourceUrl(resolveSubmoduleUrl(parent.url, url), { allowInsecure });
    const isWeaker =
      parsed.transport !== 'https' && parsed.transport !== 'ssh' && parsed.transport !== parent.transport;
    if (!isWeaker) return parsed;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
  }
  throw sourceErrors.SOURCE_URL_INVALID({
    message: `The URL of the submodule ${path} is refused.`,
    hint: 'A submodule is fetched over https or ssh; its URL may be relative to that of the repository.',
    fields: [{ pointer: '/source/submodules', detail: `the URL of the submodule ${path} is refused` }],
  });
}

async function readModulesFile(remote: GitRemote, commit: string): Promise<ReadonlyMap<string, string>> {
  const args = ['config', '--blob', `${commit}:.gitmodules`, '--null', '--get-regexp', '^submodule\\..*\\.(path|url)$'];
  const { code, stdout } = await remote.local(args);
  const byName = new Map<string, { path?: string; url?: string }>();
  if (code === 0)
    for (const setting of stdout.split('\0')) {
      const [, name, key, value] = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(setting) ?? [];
      if (name === undefined || key === undefined || value === undefined) continue;
      byName.set(name, { ...byName.get(name), [key]: value });
    }
  return new Map(
    [...byName.values()].flatMap(({ path, url }) => (path === undefined || url === undefined ? [] : [[path, url]])),
  );
}

/** The submodules of a commit. One that `.gitmodules` says nothing of is told in the output and stays empty. */
export async function listSubmodules(remote: GitRemote, commit: string): Promise<readonly Submodule[]> {
  const { stdout } = await remote.local(['ls-tree', '-r', '-z', commit]);
  const links = [...stdout.matchAll(/(?<=^|\0)160000 commit ([0-9a-f]+)\t([^\0]+)\0/g)];
  if (links.length === 0) return [];
  const urls = await readModulesFile(remote, commit);
  return links.flatMap(([, target = '', path = '']) => {
    const url = urls.get(path);
    if (url !== undefined) return [{ path, commit: target, url: parseSubmoduleUrl(remote.url, url, path) }];
    remote.onOutput(`The submodule ${path} has no URL in .gitmodules: its folder stays empty.`);
    return [];
  });
}
