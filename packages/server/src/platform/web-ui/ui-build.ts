import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export type Encoding = 'br' | 'gzip' | 'identity';

/** One file of the UI, in the memory of the server: what changes on the disk meanwhile does not mix into what is served. */
export interface UiFile {
  contentType: string;
  /** Of the plain content. */
  sha256: string;
  /** `identity` is there when it is not compressed. */
  contents: ReadonlyMap<Encoding, Buffer>;
}

/** A whole build, by the paths under which it is served, such as `/assets/index-x1.js`. */
export interface UiBuild {
  files: ReadonlyMap<string, UiFile>;
}

/** Written by packages/web/bin/seal-ui.ts when everything else is there. */
const sealFile = 'davit-ui.json';
// No part begins with a dot: neither `..` nor a hidden file can be named.
const fileName = z.string().regex(/^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/);
const maxFileBytes = 16 * 1024 * 1024;
const sealSchema = z.strictObject({
  fingerprint: z.string(),
  files: z.record(fileName, z.strictObject({ size: z.int().min(0).max(maxFileBytes), sha256: z.string() })),
});

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
};

const suffixes: readonly (readonly [Encoding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
  ['identity', ''],
];

/** What tells two builds in one folder apart without reading them; undefined where there is none. */
export async function findUiVersion(folder: string): Promise<string | undefined> {
  const facts = await stat(join(folder, sealFile)).catch(() => undefined);
  return facts?.isFile() ? `${facts.ino} ${facts.size} ${facts.mtimeMs}` : undefined;
}

/** Reads a build. Throws when a file is missing or is not the one that was built. */
export async function loadUi(folder: string): Promise<UiBuild> {
  const { files } = sealSchema.parse(JSON.parse(await readFile(join(folder, sealFile), 'utf8')));
  async function read(name: string): Promise<Buffer | undefined> {
    const expected = files[name];
    if (expected === undefined) return undefined;
    const content = await readFile(join(folder, name));
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (content.length !== expected.size || sha256 !== expected.sha256) throw new Error(`${name} was changed`);
    return content;
  }
  const loaded = new Map<string, UiFile>();
  for (const name of Object.keys(files).filter((each) => !/\.(?:br|gz)$/.test(each))) {
    const contents = new Map<Encoding, Buffer>();
    for (const [encoding, suffix] of suffixes) {
      const content = await read(`${name}${suffix}`);
      if (content !== undefined) contents.set(encoding, content);
    }
    // The plain form is made again for the rare client that takes no other: a third of the memory is enough for the rest.
    if (contents.has('gzip')) contents.delete('identity');
    const contentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    loaded.set(`/${name}`, { contentType, sha256: files[name]?.sha256 ?? '', contents });
  }
  if (!loaded.has('/index.html')) throw new Error('index.html is missing');
  return { files: loaded };
}
