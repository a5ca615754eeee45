import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StaticSite } from '@davit/build-plan';
import type { FolderProcess } from '../builder.ts';

const program = fileURLToPath(new URL('serve-static.mjs', import.meta.url));

/** sirv and all that it needs; they are copied to where the user of a service can read them. */
const packages = ['sirv', 'mrmime', 'totalist', '@polka/url'];

function packageFolder(name: string): string {
  const sirv = createRequire(import.meta.url).resolve('sirv');
  const entry = createRequire(sirv).resolve(name);
  const marker = join('node_modules', ...name.split('/'));
  return entry.slice(0, entry.lastIndexOf(marker) + marker.length);
}

/** The program that serves the files of a static site, laid out below the toolchains under the hash of its content. */
export function createStaticServer(toolchainsFolder: string) {
  let installed: Promise<string> | undefined;

  async function install(): Promise<string> {
    const hash = createHash('sha256').update(await readFile(program));
    for (const name of packages) hash.update(await readFile(join(packageFolder(name), 'package.json')));
    const target = join(toolchainsFolder, `static-server@${hash.digest('hex').slice(0, 12)}`);
    if (
      await stat(target).then(
        () => true,
        () => false,
      )
    )
      return target;
    await mkdir(toolchainsFolder, { recursive: true, mode: 0o755 });
    const temporary = await mkdtemp(join(toolchainsFolder, '.static-server-'));
    try {
      for (const name of packages)
        await cp(packageFolder(name), join(temporary, 'node_modules', name), { recursive: true });
      await cp(program, join(temporary, 'serve-static.mjs'));
      await chmod(temporary, 0o755);
      await rename(temporary, target).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY') throw error;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    return target;
  }

  return {
    async processFor(root: string, site: StaticSite): Promise<{ process: FolderProcess; readable: string[] }> {
      installed ??= install().catch((error: unknown) => {
        // A disk that was full is no reason to fail every later build.
        installed = undefined;
        throw error;
      });
      const folder = await installed;
      const fallback = site.fallback === null ? [] : [site.fallback];
      const argv = ['node', join(folder, 'serve-static.mjs'), join(root, site.folder), ...fallback];
      return { process: { name: 'web', argv }, readable: [folder] };
    },
  };
}
