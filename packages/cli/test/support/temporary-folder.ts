import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a file of a tree is: its text, a link to somewhere, or a text with a mode. */
export type TreeFile = string | { link: string } | { text: string; mode: number };

/** A folder that is removed at the end of the block that made it. */
export interface TemporaryFolder {
  path: string;
  write(files: Readonly<Record<string, TreeFile>>): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A folder with these files. */
export async function temporaryFolder(files: Readonly<Record<string, TreeFile>> = {}): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'davit-cli-')));
  const folder: TemporaryFolder = {
    path,
    async write(more) {
      for (const [name, file] of Object.entries(more)) {
        const target = join(path, name);
        await mkdir(dirname(target), { recursive: true });
        if (typeof file === 'object' && 'link' in file) {
          await symlink(file.link, target);
          continue;
        }
        await writeFile(target, typeof file === 'string' ? file : file.text);
        if (typeof file === 'object') await chmod(target, file.mode);
      }
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
  await folder.write(files);
  return folder;
}
