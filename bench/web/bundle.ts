/**
 * `node bench/web/bundle.ts`: what a browser loads for each page of the web UI, compressed as the server sends it, from the manifest of
 * the last build (`npm run build -w packages/web`). The limit is of the first load: the page together with all that it needs.
 * Exits with 1 when a page is over it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}

const LIMIT_KB = 250;
const dist = fileURLToPath(new URL('../../packages/web/dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

/** What every page of who is signed in has around it. */
const SHELL = 'src/pages/shell/app-shell.tsx';
const BEFORE_SIGN_IN = /pages\/(?:sign-in|claim|invitation|register|ui-gallery)\//;

const kb = (bytes: number): string => (bytes / 1000).toFixed(1);
const sizes = new Map<string, { gzip: number; brotli: number }>();

function sizeOf(file: string): { gzip: number; brotli: number } {
  const content = readFileSync(join(dist, file));
  const size = sizes.get(file) ?? { gzip: gzipSync(content).length, brotli: brotliCompressSync(content).length };
  sizes.set(file, size);
  return size;
}

/** The files that a chunk needs before it runs: itself, what it imports, and their styles. */
function filesOf(name: string, found = new Set<string>(), seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined || seen.has(name)) return found;
  seen.add(name);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const other of chunk.imports ?? []) filesOf(other, found, seen);
  return found;
}

function firstLoad(page: string): Set<string> {
  const files = new Set(['index.html', ...filesOf('index.html'), ...filesOf(page)]);
  return BEFORE_SIGN_IN.test(page) ? files : new Set([...files, ...filesOf(SHELL)]);
}

function total(files: Iterable<string>, kind: 'gzip' | 'brotli'): number {
  return [...files].reduce((sum, file) => sum + sizeOf(file)[kind], 0);
}

const pages = Object.keys(manifest).filter((name) => /^src\/pages\/.*-page\.tsx$/.test(name));
console.log('| first load of | kB, brotli | kB, gzip | of the limit (gzip) |');
console.log('| --- | ---: | ---: | ---: |');
let worst = 0;
for (const page of pages.toSorted()) {
  const files = firstLoad(page);
  const gzip = total(files, 'gzip');
  worst = Math.max(worst, gzip);
  const name = page.replace(/^src\/pages\/|-page\.tsx$/g, '');
  console.log(`| ${name} | ${kb(total(files, 'brotli'))} | ${kb(gzip)} | ${(gzip / 1000 / LIMIT_KB).toFixed(2)} |`);
}

const lazy = Object.entries(manifest).filter(([name, { file }]) => !name.includes('-page') && file.endsWith('.js'));
const largest = lazy.map(([, { file }]) => file).toSorted((a, b) => sizeOf(b).gzip - sizeOf(a).gzip);
console.log('\n| largest parts | kB, gzip |\n| --- | ---: |');
for (const file of [...new Set(largest)].slice(0, 12)) console.log(`| ${file} | ${kb(sizeOf(file).gzip)} |`);

if (worst / 1000 > LIMIT_KB) {
  console.error(`\nA first load takes ${kb(worst)} kB, ${LIMIT_KB} are allowed.`);
  process.exitCode = 1;
}
