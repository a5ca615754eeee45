/**
 * Writes docs/configuration.md from the table of settings. With `--check` it writes nothing and fails when the file is
 * not what the table makes.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderSettingsDocument } from '../packages/server/src/config/settings-document.ts';

const path = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

if (!process.argv.includes('--check')) {
  await mkdir(new URL('.', `file://${path}`), { recursive: true });
  await writeFile(path, renderSettingsDocument());
} else if ((await readFile(path, 'utf8')) !== renderSettingsDocument()) {
  console.error('docs/configuration.md is not that of the settings: node scripts/generate-configuration-docs.ts');
  process.exitCode = 1;
}
