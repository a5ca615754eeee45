import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyNames } from './git-environment.ts';

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

async function isCopyOf(folder: string, url: string): Promise<boolean> {
  try {
    return (await readFile(join(folder, copyNames.repository, urlFile), 'utf8')) === url;
  } catch {
    return false;
  }
}

/**
 * Makes an empty copy in place of what is there. Written by hand, as `git init` would, to save a process; the old one is
 * moved aside first, so a Git that a killed server left behind goes on in what is thrown away.
 */
export async function remakeCopy(folder: string, url: string, format: ObjectFormat): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder))
    if (name.startsWith('.repo.')) await rm(join(folder, name), { recursive: true, force: true });
  const fresh = join(folder, `.repo.${randomBytes(6).toString('hex')}.making`);
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'info'])
    await mkdir(join(fresh, name), { recursive: true });
  await writeFile(join(fresh, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(join(fresh, 'config'), configs[format]);
  await writeFile(join(fresh, 'info/attributes'), attributes);
  await writeFile(join(fresh, urlFile), url);
  const repository = join(folder, copyNames.repository);
  const aside = join(folder, `.repo.${randomBytes(6).toString('hex')}.old`);
  await rename(repository, aside).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') throw thrown;
  });
  await rename(fresh, repository);
  await rm(aside, { recursive: true, force: true });
}

/** Makes sure that `folder` holds a copy of `url`: what was fetched from another URL is forgotten. */
export async function ensureCopy(folder: string, url: string): Promise<void> {
  if (!(await isCopyOf(folder, url))) await remakeCopy(folder, url, 'sha1');
}
