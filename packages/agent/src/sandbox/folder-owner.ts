import { execFile } from 'node:child_process';
import { lchown, lstat, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Hands a folder and all in it to a user; links are handed over themselves, what they point to is not touched.
 * A folder that the user owns already costs one look: chown(1) does the top folder last, so its owner vouches for the rest
 * even after a crash in the middle. It is used because it walks by open folders and so cannot be led astray by a rename.
 */
export async function handOver(folder: string, uid: number): Promise<void> {
  const { uid: owner, gid: group } = await lstat(folder);
  if (owner === uid && group === uid) return;
  const empty = (await readdir(folder)).length === 0;
  if (empty) await lchown(folder, uid, uid);
  else
    await run('chown', ['-R', '-h', '--preserve-root', `${uid}:${uid}`, '--', folder], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
}
