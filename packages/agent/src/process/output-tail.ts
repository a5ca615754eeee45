import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Last bytes of a file as text, from the first whole character on; empty when there is no such file. */
export function readTail(path: string, maxBytes: number): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, maxBytes));
    const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    const cut = size > length;
    let start = 0;
    // Continuation bytes of UTF-8 are 10xxxxxx.
    if (cut) while (start < 3 && ((buffer[start] ?? 0) & 0xc0) === 0x80) start++;
    return buffer.toString('utf8', start, length);
  } finally {
    closeSync(fd);
  }
}
