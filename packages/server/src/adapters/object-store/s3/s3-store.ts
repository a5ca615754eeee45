import { type FileHandle, open } from 'node:fs/promises';
import { isObjectName, newestFirst, type ObjectStore, type StoredObject } from '../object-store.ts';
import { objectStoreErrors } from '../object-store-errors.ts';
import { requireCompleted, requireKept, requireTag, requireUploadId } from './check-upload.ts';
import { nextPage } from './next-page.ts';
import { downloadS3 } from './s3-download.ts';
import { callS3, elementOf, openS3, type S3Bucket, type S3Call, s3Patience } from './s3-request.ts';

/** S3 takes parts of 5 MiB to 5 GiB, at most 10,000 of them: 320 GiB here, with one part in memory at a time. */
const PART_BYTES = 32 * 1024 * 1024;

async function readPart(file: FileHandle, number: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, (number - 1) * PART_BYTES);
  return buffer.subarray(0, bytesRead);
}

function objectsIn(xml: string, prefix: string): StoredObject[] {
  return [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, text = '']) => {
    const name = (elementOf(text, 'Key') ?? '').slice(prefix.length);
    if (!isObjectName(name)) return [];
    const modifiedAt = new Date(elementOf(text, 'LastModified') ?? 0);
    return [{ name, bytes: Number(elementOf(text, 'Size') ?? 0), modifiedAt }];
  });
}

interface Unfinished {
  key: string;
  uploadId: string;
}

function unfinishedIn(xml: string): Unfinished[] {
  return [...xml.matchAll(/<Upload>(.*?)<\/Upload>/gs)].flatMap(([, text = '']) => {
    const [key, uploadId] = [elementOf(text, 'Key'), elementOf(text, 'UploadId')];
    return key === undefined || uploadId === undefined ? [] : [{ key, uploadId }];
  });
}

/** A key that may not, or a store that does not know how: backups are made all the same, and the bucket's own rule clears up. */
const cannotList = [403, 404, 405, 501];

/** A bucket of Amazon S3, or of a server that speaks its protocol; objects are below the prefix. */
export function createS3Store({
  bucket,
  prefix,
  patience = s3Patience,
  pauseMs = 1000,
}: {
  bucket: S3Bucket;
  prefix: string;
  patience?: typeof s3Patience;
  /** Before a download that broke off is taken up again. */
  pauseMs?: number;
}): ObjectStore {
  const call = (request: S3Call) => callS3(bucket, request, patience);
  const keyOf = (name: string) => `${prefix}${name}`;

  async function discard(key: string, query = {}): Promise<void> {
    await call({ method: 'DELETE', key, query, signal: AbortSignal.timeout(30_000) }).catch(() => {});
  }

  /** What was taken, and is not seen to be what was given, is not to be listed as if it were. */
  async function orDiscard(key: string, check: () => unknown): Promise<void> {
    try {
      await check();
    } catch (error) {
      await discard(key);
      throw error;
    }
  }

  /** Of one that broke off nothing appears; what a crash leaves is for removeUnfinished. */
  async function putParts(key: string, file: FileHandle, parts: number, signal: AbortSignal): Promise<void> {
    const begun = await call({ method: 'POST', key, query: { uploads: '' }, signal });
    const uploadId = requireUploadId(begun);
    try {
      let list = '';
      for (let number = 1; number <= parts; number++) {
        const query = { partNumber: String(number), uploadId };
        const body = await readPart(file, number);
        const tag = requireTag(await call({ method: 'PUT', key, query, body, signal }), body);
        list += `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`;
      }
      const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
      requireCompleted(await call({ method: 'POST', key, query: { uploadId }, body, signal }));
    } catch (error) {
      await discard(key, { uploadId });
      throw error;
    }
  }

  async function listUnfinished(signal: AbortSignal): Promise<Unfinished[]> {
    const found: Unfinished[] = [];
    const seen = new Set<string>();
    for (let after: Record<string, string> | undefined = {}; after !== undefined; ) {
      const query = { uploads: '', prefix, ...after };
      const { status, text: xml } = await call({ method: 'GET', key: '', query, accept: cannotList, signal });
      if (status >= 300) return [];
      found.push(...unfinishedIn(xml));
      const key = elementOf(xml, 'NextKeyMarker') ?? '';
      const upload = elementOf(xml, 'NextUploadIdMarker') ?? '';
      const isCut = elementOf(xml, 'IsTruncated') === 'true' && key !== '' && !seen.has(key + upload);
      seen.add(key + upload);
      after = isCut ? { 'key-marker': key, 'upload-id-marker': upload } : undefined;
    }
    return found;
  }

  async function putWhole(key: string, file: FileHandle, signal: AbortSignal): Promise<void> {
    const body = await readPart(file, 1);
    const answer = await call({ method: 'PUT', key, body, signal });
    await orDiscard(key, () => requireTag(answer, body));
  }

  return {
    place: `s3://${bucket.bucket}/${prefix}`,
    async put(name, path, signal) {
      await using file = await open(path, 'r');
      const { size: bytes } = await file.stat();
      const key = keyOf(name);
      const parts = Math.ceil(bytes / PART_BYTES);
      if (parts > 1) await putParts(key, file, parts, signal);
      else await putWhole(key, file, signal);
      await orDiscard(key, () => requireKept(call, { key, bytes, signal }));
    },
    async list(signal) {
      const objects: StoredObject[] = [];
      const seen = new Set<string>();
      for (let token: string | undefined = ''; token !== undefined; ) {
        const query = { 'list-type': '2', prefix, ...(token === '' ? {} : { 'continuation-token': token }) };
        const page = await call({ method: 'GET', key: '', query, signal });
        objects.push(...objectsIn(page.text, prefix));
        token = nextPage(page, seen);
      }
      return newestFirst(objects);
    },
    async fetch(name, path, signal) {
      if (!isObjectName(name)) throw objectStoreErrors.OBJECT_NOT_FOUND();
      const open = (request: S3Call) => openS3(bucket, request, patience);
      await downloadS3({ open, key: keyOf(name), path, signal, pauseMs });
    },
    async removeUnfinished(isOwn, signal) {
      for (const { key, uploadId } of await listUnfinished(signal)) {
        const name = key.startsWith(prefix) ? key.slice(prefix.length) : '';
        if (!isObjectName(name) || !isOwn(name)) continue;
        await call({ method: 'DELETE', key, query: { uploadId }, accept: [403, 404], signal });
      }
    },
    async remove(name, signal) {
      if (isObjectName(name)) await call({ method: 'DELETE', key: keyOf(name), accept: [404], signal });
    },
  };
}
