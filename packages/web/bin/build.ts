/** Builds the UI where that is needed: `node packages/web/bin/build.ts`. Says so, and why it failed, on standard error. */
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { buildUi } from './build-ui.ts';

const say = (text: string) => process.stderr.write(`davit: ${text}\n`);

try {
  await buildUi(fileURLToPath(new URL('../../../', import.meta.url)), () => say('building the web UI'));
} catch (error) {
  const message = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  say(`the web UI could not be built: ${message.split('\n').slice(0, 12).join('\n')}`);
  process.exitCode = 1;
}
