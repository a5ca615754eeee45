import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { readStateFile, writeStateFile } from '../state/state-file.ts';

const token = z.string().regex(/^[0-9a-f]{64}$/);

/** A token by which two programs of this machine know each other: made once, and kept, so that neither's restart parts them. */
export async function openProxyToken(file: string): Promise<string> {
  const known = token.safeParse(await readStateFile(file));
  if (known.success) return known.data;
  const fresh = randomBytes(32).toString('hex');
  await writeStateFile(file, fresh);
  return fresh;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time for every wrong one. */
export function isProxyToken(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(digest(given), digest(expected));
}
