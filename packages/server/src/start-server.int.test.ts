import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Loads what the server loads before it listens, and says which files that took. */
const loader = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
  await import(${JSON.stringify(new URL('./serve.ts', import.meta.url).href)});
  process.stdout.write(JSON.stringify(loaded), () => process.exit());
`;

test('a server that starts loads neither Pulumi nor a program of a built-in kind', async () => {
  const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', loader];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 64 * 1024 * 1024 });
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded).toContain(new URL('./app.ts', import.meta.url).href);
  expect(loaded.filter((url) => /\/@pulumi\/|\/modules\/[^/]+\/module\.ts$/.test(url))).toEqual([]);
});
