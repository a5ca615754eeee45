import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const isCode = (file: string): boolean => /\.(ts|sh)$/.test(file) && !file.endsWith('.test.ts');

/**
 * Tells the code of one agent from another's: a digest of what lies in this package now. A version would not do, since somebody who pulls
 * from Git gets other code under the same one.
 */
export function readAgentBuild(): string {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const hash = createHash('sha256');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isCode).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
