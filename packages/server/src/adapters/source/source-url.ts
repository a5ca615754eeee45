import { sourceErrors } from './source-errors.ts';

/** How a repository is reached. `https` and `ssh` are open to all; the others only where insecure sources are allowed. */
export type SourceTransport = 'https' | 'ssh' | 'http' | 'git' | 'file';

/** A Git URL that was judged: nothing in it can be an option, a helper program or a secret. */
export interface SourceUrl {
  /** What Git is given; the host name is in lower case. */
  readonly url: string;
  readonly transport: SourceTransport;
  /** Scheme, host and port, as Git names them when it asks for a password; empty for a local path. */
  readonly origin: string;
  /** Host name without port; empty for a local path. */
  readonly host: string;
}

export interface SourceUrlRules {
  /** Also `http://`, `git://`, `file://` and absolute local paths: for tests and closed networks. */
  readonly allowInsecure: boolean;
}

const longestUrl = 2048;
const hostPattern = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)$/i;
const userPattern = /^[a-z0-9_][a-z0-9._-]*$/i;
const schemePattern = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i;
const scpPattern = /^(?:([^@/:]+)@)?(\[[^\]]*\]|[^@/:]+):(?!:)(.*)$/;

const usage = 'use https://… or ssh://… or git@host:owner/repository';
const closed = 'is only allowed where the server setting for insecure sources is on';

type Verdict = SourceUrl | string;

function judgeText(text: string): string | undefined {
  if (text.length === 0) return 'must not be empty';
  if (text.length > longestUrl) return `must be at most ${longestUrl} characters long`;
  if (/[\u0000-\u0020\u007f-\u00a0]/.test(text)) return 'must not contain spaces, line breaks or control characters';
  if (text.startsWith('-')) return 'must not start with "-"';
  // `ext::sh -c …` and its kin name a program that Git would start.
  if (/^[a-z0-9+.-]*::/i.test(text)) return `names a remote helper, which is not allowed: ${usage}`;
  return undefined;
}

function judgePath(path: string): string | undefined {
  if (path.replaceAll('/', '') === '') return 'must name a repository after the host';
  if (path.startsWith('-') || path.startsWith('/-')) return 'must not have a path that starts with "-"';
  if (/%(?:[01][0-9a-f]|7f)/i.test(path)) return 'must not contain encoded control characters';
  if (path.includes('#')) return 'must not contain "#": name the branch in its own field';
  if (path.includes('?')) return 'must not contain a query';
  return undefined;
}

function judgeAuthority(transport: SourceTransport, user: string | undefined, host: string): string | undefined {
  if (user !== undefined && (transport !== 'ssh' || user.includes(':')))
    return 'must not contain a user name or a password: set the token of the service instead';
  if (user !== undefined && !userPattern.test(user)) return 'has a user name that is not allowed';
  if (!hostPattern.test(host)) return 'has a host name that is not allowed';
  return undefined;
}

function judgeRemote(transport: SourceTransport, rest: string): Verdict {
  const parts = /^(?:([^/]*)@)?(\[[^\]/]*\]|[^/:@]*)(?::([^/]*))?(\/.*)?$/.exec(rest);
  if (parts === null) return `has no host name: ${usage}`;
  const [, user, rawHost = '', port, path = ''] = parts;
  const fault = judgeAuthority(transport, user, rawHost) ?? judgePath(path);
  if (fault !== undefined) return fault;
  if (port !== undefined && !(/^[0-9]{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    return 'has a port that is not between 1 and 65535';
  const host = rawHost.toLowerCase();
  const authority = port === undefined ? host : `${host}:${port}`;
  const login = user === undefined ? '' : `${user}@`;
  return { url: `${transport}://${login}${authority}${path}`, transport, origin: `${transport}://${authority}`, host };
}

function judgeScp(user: string | undefined, host: string, path: string): Verdict {
  const fault = judgeAuthority('ssh', user, host) ?? judgePath(path);
  if (fault !== undefined) return fault;
  const lowerHost = host.toLowerCase();
  const login = user === undefined ? '' : `${user}@`;
  return { url: `${login}${lowerHost}:${path}`, transport: 'ssh', origin: `ssh://${lowerHost}`, host: lowerHost };
}

function judgeLocal(path: string, rules: SourceUrlRules): Verdict {
  if (!rules.allowInsecure) return `a local path ${closed}: ${usage}`;
  if (!path.startsWith('/')) return 'must be an absolute path when it is a local one';
  const fault = judgePath(path);
  return fault ?? { url: path, transport: 'file', origin: '', host: '' };
}

function judge(text: string, rules: SourceUrlRules): Verdict {
  const fault = judgeText(text);
  if (fault !== undefined) return fault;
  const [, scheme, rest = ''] = schemePattern.exec(text) ?? [];
  if (scheme !== undefined) {
    const transport = scheme.toLowerCase();
    if (transport === 'https' || transport === 'ssh') return judgeRemote(transport, rest);
    if (transport === 'http' || transport === 'git')
      return rules.allowInsecure ? judgeRemote(transport, rest) : `${transport}:// ${closed}: ${usage}`;
    if (transport === 'file') return rules.allowInsecure ? judgeLocal(rest, rules) : `file:// ${closed}: ${usage}`;
    return `has a protocol that davit does not fetch over: ${usage}`;
  }
  const scp = text.startsWith('/') || text.startsWith('.') ? null : scpPattern.exec(text);
  if (scp !== null) return judgeScp(scp[1], scp[2] ?? '', scp[3] ?? '');
  return judgeLocal(text, rules);
}

/**
 * A Git URL, judged. Pure: no process is started and no name is looked up. Called at the edge, and again where the URL
 * is used, since what a database holds may be older than the rules.
 * @throws SOURCE_URL_INVALID naming the field `pointer`
 */
export function parseSourceUrl(text: string, rules: SourceUrlRules, pointer = '/source/url'): SourceUrl {
  const verdict = judge(text, rules);
  if (typeof verdict !== 'string') return verdict;
  throw sourceErrors.SOURCE_URL_INVALID({
    message: `The Git URL is refused: it ${verdict}.`,
    fields: [{ pointer, detail: verdict }],
  });
}
