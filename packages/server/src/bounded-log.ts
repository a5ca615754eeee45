import { copyFile, stat, truncate } from 'node:fs/promises';

const mostBytes = 16 * 1024 * 1024;

/**
 * Puts the content of a log aside, as `PATH.1`, when it has become long. Who writes to it holds the file open for weeks and
 * goes on in it: it was opened for appending, so the next line comes first. A line that is written in between is lost.
 */
export async function boundLog(path: string, limitBytes = mostBytes): Promise<void> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size <= limitBytes) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}
