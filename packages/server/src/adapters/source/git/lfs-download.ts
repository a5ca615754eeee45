import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '../../../kernel/app-error.ts';
import { sourceErrors } from '../source-errors.ts';
import type { SourceNetwork } from '../source-network.ts';
import type { GitRemote } from './git-remote.ts';
import { findLfsAccess, type LfsAccess } from './lfs-access.ts';
import type { LfsPointer } from './lfs-pointers.ts';

const batchSize = 100;
const mostAnswerBytes = 4 * 1024 * 1024;
const isOk = (status: number) => status >= 200 && status < 300;
const mediaType = 'application/vnd.git-lfs+json';

const batchAnswer = z.object({
  objects: z.array(
    z.object({
      oid: z.string(),
      actions: z
        .object({
          download: z.object({ href: z.url(), header: z.record(z.string(), z.string()).default({}) }).optional(),
        })
        .optional(),
      error: z.object({ code: z.number(), message: z.string() }).optional(),
    }),
  ),
});
type Download = { href: string; header: Record<string, string> };

/** Where large files of a copy lie, by what they are the hash of. */
export const lfsFolder = (folder: string) => join(folder, 'lfs');

function failure(status: number, what: string): AppError {
  if (status === 401 || status === 403) return sourceErrors.SOURCE_AUTHENTICATION_FAILED();
  const isTransient = status === 429 || status >= 500;
  return sourceErrors.SOURCE_FETCH_FAILED({ message: `Git LFS: ${what} answered ${status}.`, transient: isTransient });
}

type Asked = Omit<Parameters<SourceNetwork['request']>[0], 'signal'>;

async function request({ network, signal }: GitRemote, asked: Asked): ReturnType<SourceNetwork['request']> {
  try {
    return await network.request({ ...asked, signal });
  } catch (thrown) {
    if (signal.aborted) throw sourceErrors.SOURCE_FETCH_CANCELED({ cause: thrown });
    if (thrown instanceof AppError && thrown.kind !== 'unavailable') throw thrown;
    throw sourceErrors.SOURCE_UNREACHABLE({ cause: thrown });
  }
}

async function readJson(body: Readable): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function askForDownloads(remote: GitRemote, access: LfsAccess, pointers: readonly LfsPointer[]) {
  const objects = [...new Map(pointers.map(({ oid, size }) => [oid, { oid, size }])).values()];
  const response = await request(remote, {
    url: `${access.href}/objects/batch`,
    method: 'POST',
    headers: { accept: mediaType, 'content-type': mediaType, ...access.header },
    body: JSON.stringify({ operation: 'download', transfers: ['basic'], hash_algo: 'sha256', objects }),
    // A token goes to its host only.
    follow: false,
  });
  if (!isOk(response.status)) throw failure(response.status, 'the Git host');
  const answer = batchAnswer.safeParse(await readJson(response.body));
  if (!answer.success)
    throw sourceErrors.SOURCE_FETCH_FAILED({ message: 'Git LFS: the Git host gave no usable answer.' });
  return new Map(answer.data.objects.map((object) => [object.oid, object]));
}

async function download(remote: GitRemote, { href, header }: Download, pointer: LfsPointer): Promise<void> {
  const folder = lfsFolder(remote.copy.folder);
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  const response = await request(remote, { method: 'GET', url: href, headers: header, follow: true });
  if (!isOk(response.status)) throw failure(response.status, 'the store of large files');
  const handle = await open(temporary, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > pointer.size) break;
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    if (bytes !== pointer.size || hash.digest('hex') !== pointer.oid)
      throw sourceErrors.SOURCE_FETCH_FAILED({
        message: `Git LFS: the content of ${pointer.path} is not what was asked for.`,
      });
    await handle.sync();
    await rename(temporary, join(folder, pointer.oid));
  } catch (thrown) {
    if (remote.signal.aborted) throw sourceErrors.SOURCE_FETCH_CANCELED({ cause: thrown });
    const isOfConnection = !(thrown instanceof AppError) && (thrown as NodeJS.ErrnoException).code === undefined;
    throw isOfConnection ? sourceErrors.SOURCE_UNREACHABLE({ cause: thrown }) : thrown;
  } finally {
    await handle.close();
    await rm(temporary, { force: true });
  }
}

async function isThere(folder: string, { oid, size }: LfsPointer): Promise<boolean> {
  return await stat(join(folder, oid)).then(
    (found) => found.size === size,
    () => false,
  );
}

/**
 * Downloads the content of large files into the copy's folder, what is not there yet, by the batch API
 * (https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md). Every content is checked against its hash.
 */
export async function downloadLargeFiles(remote: GitRemote, pointers: readonly LfsPointer[]): Promise<void> {
  const { mostBytes } = remote;
  const total = pointers.reduce((sum, { size }) => sum + size, 0);
  if (total > mostBytes)
    throw sourceErrors.SOURCE_TOO_LARGE({
      message: `The files of Git LFS are larger than ${mostBytes} bytes together.`,
    });
  const folder = lfsFolder(remote.copy.folder);
  await mkdir(folder, { recursive: true });
  const missing: LfsPointer[] = [];
  for (const pointer of pointers) if (!(await isThere(folder, pointer))) missing.push(pointer);
  if (missing.length === 0) return;
  const access = await findLfsAccess(remote);
  for (let at = 0; at < missing.length; at += batchSize) {
    const batch = missing.slice(at, at + batchSize);
    const answers = await askForDownloads(remote, access, batch);
    for (const pointer of batch) {
      const answer = answers.get(pointer.oid);
      const action = answer?.actions?.download;
      if (action === undefined)
        throw sourceErrors.SOURCE_FETCH_FAILED({
          message: `Git LFS has no content for ${pointer.path}${answer?.error === undefined ? '' : ` (${answer.error.code})`}.`,
          hint: 'Push the large files with `git lfs push --all`, then deploy again.',
        });
      if (!(await isThere(folder, pointer))) await download(remote, action, pointer);
    }
  }
  remote.onOutput(`Downloaded ${missing.length} files of Git LFS.`);
}
