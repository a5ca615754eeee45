import { z } from 'zod';
import { sourceErrors } from '../source-errors.ts';
import { tokenUsername } from './git-environment.ts';
import { gitFailure } from './git-failure.ts';
import type { GitRemote } from './git-remote.ts';

/** Where the LFS API of a repository is, and what to say to be let in. */
export interface LfsAccess {
  readonly href: string;
  readonly header: Readonly<Record<string, string>>;
}

const sshAnswer = z.object({ href: z.url(), header: z.record(z.string(), z.string()).default({}) });

function accessByHttp(remote: GitRemote): LfsAccess {
  const base = remote.url.url.replace(/\/+$/, '');
  const href = `${base.endsWith('.git') ? base : `${base}.git`}/info/lfs`;
  if (remote.secret?.kind !== 'token') return { href, header: {} };
  const login = Buffer.from(`${tokenUsername(remote.url, remote.secret)}:${remote.secret.token}`).toString('base64');
  return { href, header: { authorization: `Basic ${login}` } };
}

/** Asks the host over ssh (https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md). */
async function accessBySsh(remote: GitRemote): Promise<LfsAccess> {
  const url =
    /^ssh:\/\/([^/]*?)(?::(\d+))?(\/.*)$/.exec(remote.url.url) ?? /^([^:]*|.*\]):()(.*)$/.exec(remote.url.url);
  const [, destination = '', port = '', path = ''] = url ?? [];
  // The command is one text by the nature of ssh; Git quotes its own in the same way.
  const quoted = `'${path.replaceAll("'", String.raw`'\''`)}'`;
  const target = [...(port === '' ? [] : ['-p', port]), '--', destination.replaceAll(/[[\]]/g, '')];
  const exit = await remote.ssh([...target, `git-lfs-authenticate ${quoted} download`]);
  if (exit.code === 255) throw gitFailure(exit.stderr, remote.url);
  try {
    return sshAnswer.parse(JSON.parse(exit.stdout));
  } catch (cause) {
    throw sourceErrors.SOURCE_FETCH_FAILED({ message: 'Git LFS: the Git host offers no large files over ssh.', cause });
  }
}

/** How to reach the large files of a repository. A `.lfsconfig` in it does not count: it could send a token anywhere. */
export async function findLfsAccess(remote: GitRemote): Promise<LfsAccess> {
  const { transport } = remote.url;
  if (transport === 'ssh') return await accessBySsh(remote);
  if (transport === 'https' || transport === 'http') return accessByHttp(remote);
  throw sourceErrors.SOURCE_FETCH_FAILED({ message: 'Git LFS needs a repository over https or ssh.' });
}
