/**
 * Writes docs/errors.md from the catalogues of errors. With `--check` it writes nothing and fails when the file is not
 * what they make.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectErrors, renderErrorDocument } from './error-document.ts';

const path = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
const text = renderErrorDocument(await collectErrors());

if (!process.argv.includes('--check')) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
} else if ((await readFile(path, 'utf8')) !== text) {
  console.error('docs/errors.md is not that of the catalogues: node scripts/generate-error-docs.ts');
  process.exitCode = 1;
}
