import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const partsSchema = z.strictObject({
  commit: z.string(),
  submodules: z.array(z.strictObject({ path: z.string(), repository: z.string(), commit: z.string() })),
  largeFiles: z.array(z.strictObject({ path: z.string(), oid: z.string() })),
});

/**
 * What the last fetch brought beside the commit's own files: submodules, parents first, with the copies they are in,
 * and files of Git LFS. Paths are those in the whole tree.
 */
export type CommitParts = z.infer<typeof partsSchema>;

const fileName = 'parts.json';

/** Notes the parts of a commit; without any, what a former fetch noted is forgotten. */
export async function writeCommitParts(folder: string, parts: CommitParts | undefined): Promise<void> {
  if (parts === undefined) {
    await rm(join(folder, fileName), { force: true });
    return;
  }
  const temporary = join(folder, `.${fileName}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(parts));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, fileName));
}

/** The parts of the commit that was fetched last; undefined when it was fetched without any. */
export async function readCommitParts(folder: string): Promise<CommitParts | undefined> {
  try {
    return partsSchema.parse(JSON.parse(await readFile(join(folder, fileName), 'utf8')));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
