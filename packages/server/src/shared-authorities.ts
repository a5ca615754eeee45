import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makePassableFolder } from './kernel/passable-folder.ts';
import { startErrors } from './start-errors.ts';

const readableByAll = 0o004;
const passableByAll = 0o001;
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

async function isOpenToAll(file: string): Promise<boolean> {
  if (((await stat(file)).mode & readableByAll) === 0) return false;
  for (let folder = dirname(resolve(file)); folder !== '/'; folder = dirname(folder)) {
    if (((await stat(folder)).mode & passableByAll) === 0) return false;
  }
  return true;
}

/**
 * EXTRA_CA_FILE as builds can read it, which run as users of their own: as it is, or a copy in DATA_DIR of one that is closed to
 * others. A sandbox does not help: it shows the file with its owner and mode. Only certificates are copied, which are public; a key
 * beside them, which may be why the file is closed, is not.
 * @throws AppError EXTRA_CA_FILE_EMPTY
 */
export async function shareAuthorities(file: string, dataDir: string): Promise<string> {
  if (process.getuid?.() !== 0 || (await isOpenToAll(file))) return file;
  const certificates = (await readFile(file, 'utf8')).match(certificate);
  if (certificates === null) throw startErrors.EXTRA_CA_FILE_EMPTY();
  const folder = join(dataDir, 'authorities');
  await makePassableFolder(folder);
  const copy = join(folder, 'extra-ca.pem');
  // Builds of an earlier server go on and may read it now: they see either the old one or the new one.
  const temporary = `${copy}.${process.pid}`;
  await writeFile(temporary, `${certificates.join('\n')}\n`);
  await chmod(temporary, 0o644);
  await rename(temporary, copy);
  return copy;
}
