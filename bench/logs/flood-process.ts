/** Prints numbered lines of some 90 bytes as fast as its output takes them: `node flood-process.ts <lines>`. */
import { writeSync } from 'node:fs';

const LINES_AT_ONCE = 500;

/** Goes on where a pipe is full, which an instance's output file never is. */
function writeAll(text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

const lines = Number(process.argv[2]);
for (let at = 0; at < lines; at += LINES_AT_ONCE) {
  let text = '';
  for (let line = at; line < Math.min(lines, at + LINES_AT_ONCE); line += 1) {
    text += `request ${line} GET /api/v1/items/${line} answered 200 in 12 ms for user 4f1c, 1830 bytes\n`;
  }
  writeAll(text);
}
