import { objectStoreErrors } from '../object-store-errors.ts';
import { notS3 } from './explain-refusal.ts';
import { elementOf } from './s3-request.ts';

/** Of 1,000 objects each. */
const MOST_PAGES = 1000;

/**
 * What a list goes on with after this page; undefined: that was the last.
 *
 * @param seen what it went on with before; grows by each page
 * @throws AppError OBJECT_STORE_FAILED when it is no list, or one that does not end
 */
export function nextPage({ host, text }: { host: string; text: string }, seen: Set<string>): string | undefined {
  if (!/<ListBucketResult[\s>/]/.test(text)) throw notS3(host, 'it gives no list of a bucket');
  const more = elementOf(text, 'IsTruncated');
  const token = elementOf(text, 'NextContinuationToken');
  if (more === 'false' || (more === undefined && token === undefined)) return undefined;
  if (token === undefined || token === '') throw notS3(host, 'its list goes on, and it does not say where');
  if (seen.has(token)) throw notS3(host, 'its list begins again and again');
  seen.add(token);
  if (seen.size < MOST_PAGES) return token;
  throw objectStoreErrors.OBJECT_STORE_FAILED({
    message: `The list of files from ${host} does not end after ${MOST_PAGES} pages.`,
    hint: 'Where the bucket holds so much of something else, name a folder in it, as in s3://BUCKET/FOLDER.',
    transient: false,
  });
}
