import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A copy of one repository: Git runs in `folder`, which also holds the host keys. */
export interface GitCopy {
  readonly folder: string;
  /** Path of the bare repository below `folder`. */
  readonly repository: string;
}

/** How a repository names its objects; only a few hosts have the newer one. */
export type ObjectFormat = 'sha1' | 'sha256';

const urlFile = 'davit-url';

const configs: Readonly<Record<ObjectFormat, string>> = {
  sha1: '[core]\n\trepositoryformatversion = 0\n\tbare = true\n',
  sha256: '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n',
};

// The highest precedence of all: a repository's own .gitattributes can neither leave files out of an export nor have
// their content rewritten or piped through a filter.
const attributes = '* -export-ignore -export-subst -filter\n';

async function isCopyOf({ folder, repository }: GitCopy, url: string): Promise<boolean> {
  try {
    return (await readFile(join(folder, repository, urlFile), 'utf8')) === url;
  } catch {
    return false;
  }
}

/**
 * Makes an empty copy in place of what is there. Written by hand, as `git init` would, to save a process; the old one is
 * moved aside first, so a Git that a killed server left behind goes on in what is thrown away.
 */
export async function remakeCopy(copy: GitCopy, url: string, format: ObjectFormat): Promise<void> {
  const repository = join(copy.folder, copy.repository);
  const folder = dirname(repository);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const prefix = `.${basename(repository)}.`;
  for (const name of await readdir(folder))
    if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
  const fresh = join(folder, `${prefix}${randomBytes(6).toString('hex')}.making`);
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'info'])
    await mkdir(join(fresh, name), { recursive: true });
  await writeFile(join(fresh, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(fresh, 'config'), configs[format]);
  await writeFile(join(fresh, 'info/attributes'), attributes);
  await writeFile(join(fresh, urlFile), url);
  const aside = join(folder, `${prefix}${randomBytes(6).toString('hex')}.old`);
  await rename(repository, aside).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') throw thrown;
  });
  await rename(fresh, repository);
  await rm(aside, { recursive: true, force: true });
}

/** Makes sure that there is a copy of `url`: what was fetched from another URL is forgotten. */
export async function ensureCopy(copy: GitCopy, url: string): Promise<void> {
  if (!(await isCopyOf(copy, url))) await remakeCopy(copy, url, 'sha1');
}
