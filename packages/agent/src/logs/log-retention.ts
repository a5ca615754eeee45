import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRetention } from '../protocol/protocol.ts';
import { logRetention } from '../protocol/protocol.ts';

/** 256 MiB and 14 days, of each stream. */
export const DEFAULT_LOG_RETENTION: LogRetention = { maxBytes: 256 * 1024 * 1024, maxAgeMs: 14 * 24 * 3_600_000 };

const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

/**
 * Segments are removed whole, so a segment is at most an eighth of what is kept: then at least seven eighths of it are
 * always there, and never more than all of it (but for one block).
 */
export function segmentBytesFor(retention: LogRetention): number {
  return Math.min(MAX_SEGMENT_BYTES, Math.floor(retention.maxBytes / 8));
}

/** A segment that began longer ago than this is finished, however small, so that its lines can go when they are old. */
export function segmentAgeFor(retention: LogRetention): number {
  return retention.maxAgeMs / 8;
}

export async function readRetention(folder: string): Promise<LogRetention | undefined> {
  try {
    return logRetention.parse(JSON.parse(await readFile(join(folder, 'retention.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeRetention(folder: string, retention: LogRetention): Promise<void> {
  const path = join(folder, 'retention.json');
  {
    await using file = await open(`${path}.new`, 'w', 0o600);
    await file.writeFile(JSON.stringify(retention));
    await file.sync();
  }
  await rename(`${path}.new`, path);
}
