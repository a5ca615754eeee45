import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { failed } from '../command-line/cli-error.ts';

/** Which service a folder is: `.davit/link.json` in it. */
export interface Link {
  /** An address, or `local` for the server of this machine. */
  server: string;
  projectId: string;
  project: string;
  serviceId: string;
  service: string;
}

const fileIn = (folder: string) => join(folder, '.davit', 'link.json');

/** The link in this folder itself. */
export async function readLink(folder: string): Promise<Link | undefined> {
  const path = fileIn(folder);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const link = JSON.parse(text) as Partial<Link>;
    const names = [link.server, link.projectId, link.project, link.serviceId, link.service];
    if (names.every((name) => typeof name === 'string')) return link as Link;
  } catch {
    // As for one that is JSON and something else.
  }
  throw failed(`${path} cannot be understood.`, { hint: 'Remove it and link the folder again with `davit link`.' });
}

/** The link of the nearest folder above that has one, this one included. */
export async function findLink(folder: string): Promise<{ folder: string; link: Link } | undefined> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const link = await readLink(at);
    if (link !== undefined) return { folder: at, link };
    if (dirname(at) === at) return undefined;
  }
}

/** Links a folder. The link says nothing that others may not see, but is one's own: Git is told to leave it out. */
export async function writeLink(folder: string, link: Link): Promise<void> {
  const path = fileIn(folder);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(join(dirname(path), '.gitignore'), '*\n');
  await writeFile(`${path}.new`, `${JSON.stringify(link, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
