import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleCode } from './bundle-code.ts';
import { bundleOf, type CodePlace, findCode, sealOf } from './own-code.ts';

let place: CodePlace;
/** Each is one of its own, also of a file that has not moved. */
let loads = 0;

const write = (name: string, text: string) => writeFile(join(place.checkout, name), text);
const load = async () => {
  const code = findCode(place);
  return code === undefined
    ? undefined
    : ((await import(`${pathToFileURL(code).href}?${++loads}`)) as { said: string; folder: string });
};

beforeEach(async () => {
  const checkout = await realpath(await mkdtemp(join(tmpdir(), 'davit-code-')));
  place = { checkout, entry: join(checkout, 'src', 'entry.ts'), folder: join(checkout, '.cache', 'server-code') };
  await mkdir(join(checkout, 'src', 'kinds', 'one'), { recursive: true });
  await mkdir(join(checkout, 'modules', 'first'), { recursive: true });
  await write('package.json', '{"type":"module"}');
  await write('package-lock.json', '{}');
  await write('src/word.ts', "export const word: string = 'first…';\n");
  await write('src/place.cjs', 'exports.folder = __dirname;\n');
  await write('src/kinds/one/schema.ts', "export const kind = 'kind one';\n");
  await write(
    'src/entry.ts',
    `import place from './place.cjs';
     import { word } from './word.ts';
     const name: string = 'one';
     const { kind } = (await import(\`./kinds/\${name}/schema.ts\`)) as { kind: string };
     export const said = \`\${word} \${kind} \${import.meta.url}\`;
     export const { folder } = place;`,
  );
});

afterEach(() => rm(place.checkout, { recursive: true, force: true }));

test('one file does what the sources do, and knows where they lie', async () => {
  expect(findCode(place)).toBeUndefined();
  const code = await bundleCode(place);
  expect(findCode(place)).toBe(code);
  expect(await load()).toMatchObject({
    said: `first… kind one ${pathToFileURL(place.entry).href}`,
    folder: join(place.checkout, 'src'),
  });
  expect(await readFile(code, 'utf8')).not.toMatch(/[^\0-\x7f]/);
});

test('a source that changes makes it stale, and so does another installation', async () => {
  await bundleCode(place);
  await write('src/word.ts', "export const word: string = 'second';\n");
  expect(findCode(place)).toBeUndefined();
  await bundleCode(place);
  expect((await load())?.said).toContain('second kind one');

  // As long as the one before, and only its time tells.
  await write('src/word.ts', "export const word: string = 'third.';\n");
  await utimes(join(place.checkout, 'src/word.ts'), 1e9, 1e9);
  expect(findCode(place)).toBeUndefined();
  await bundleCode(place);
  expect((await load())?.said).toContain('third. kind one');

  await write('package-lock.json', '{"lockfileVersion":3}');
  expect(findCode(place)).toBeUndefined();
});

test('a kind that is added, and a source that is gone, make it stale', async () => {
  await bundleCode(place);
  await mkdir(join(place.checkout, 'modules', 'second'));
  expect(findCode(place)).toBeUndefined();
  await bundleCode(place);
  expect(findCode(place)).toBeDefined();
  await write('modules/second/schema.ts', '');
  expect(findCode(place)).toBeUndefined();
  await bundleCode(place);
  await rm(join(place.checkout, 'src/word.ts'));
  expect(findCode(place)).toBeUndefined();
});

test('what does not load is not sealed', async () => {
  await write('src/word.ts', "export const word: string = '';\nthrow new Error('not today');\n");
  await expect(bundleCode(place)).rejects.toThrow('not today');
  expect(findCode(place)).toBeUndefined();
  await write('src/word.ts', 'export const word: string = ;\n');
  await expect(bundleCode(place)).rejects.toThrow();
  expect(findCode(place)).toBeUndefined();
});

test('several at once agree, and nothing half made is left', async () => {
  const made = await Promise.all([bundleCode(place), bundleCode(place), bundleCode(place)]);
  expect(new Set(made).size).toBe(1);
  expect(findCode(place)).toBe(made[0]);
  expect((await readdir(place.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what a killed process left goes when it is old, and what it made without a seal does not count', async () => {
  await bundleCode(place);
  const left = join(place.folder, 'server.js.abc.tmp');
  await writeFile(left, 'half');
  await bundleCode(place);
  // Somebody may be writing it.
  expect(await readdir(place.folder)).toContain('server.js.abc.tmp');
  await utimes(left, 1e9, 1e9);
  await bundleCode(place);
  expect((await readdir(place.folder)).toSorted()).toEqual(['seal.json', 'server.js', 'server.js.map']);

  await writeFile(bundleOf(place), "export const said = 'of other sources';\n");
  expect(findCode(place)).toBeUndefined();
});

test('the seal of another place, half a seal and a bundle that is gone count for nothing', async () => {
  const code = await bundleCode(place);
  expect(findCode({ ...place, checkout: `${place.checkout}-copy` })).toBeUndefined();
  const seal = await readFile(sealOf(place), 'utf8');
  await writeFile(sealOf(place), seal.slice(0, -10));
  expect(findCode(place)).toBeUndefined();
  await writeFile(sealOf(place), seal);
  await rename(code, `${code}.away`);
  expect(findCode(place)).toBeUndefined();
});

test('a stack trace of it can be read as one of the sources', async () => {
  await write('src/word.ts', "interface Unused {}\n\nexport const word: string = new Error('here').stack ?? '';\n");
  const code = pathToFileURL(await bundleCode(place)).href;
  const node = (argv: readonly string[], input = '') =>
    spawnSync(process.execPath, argv, { input, encoding: 'utf8' }).stdout;
  // By Node itself: a test's own modules are loaded by Vitest.
  const program = `const { said } = await import('${code}'); console.log(said);`;
  const said = node(['--input-type=module', '--eval', program]);
  expect(said).toContain('/server-code/server.js:');
  const read = node([fileURLToPath(new URL('../../../scripts/read-trace.ts', import.meta.url))], said);
  expect(read).toContain(`${join(place.checkout, 'src/word.ts')}:3:`);
  expect(read).not.toContain('/server-code/server.js');
});
