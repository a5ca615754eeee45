import { createHash } from 'node:crypto';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';

/** Beside the built files: what they were built from, and each with its hash. Written last, so none is there for half a build. */
const sealFile = 'davit-ui.json';

export interface UiSeal {
  fingerprint: string;
  files: Record<string, { size: number; sha256: string }>;
}

/** Fonts and pictures are compressed already. */
const compressible = /\.(?:html|js|css|svg|json|webmanifest|txt|map)$/;

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY } }),
    promisify(gzip)(content, { level: zlib.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}

async function listServed(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // Vite keeps its own list in a folder whose name begins with a dot.
  return paths.filter(
    (path) =>
      !relative(folder, path)
        .split(sep)
        .some((part) => part.startsWith('.')),
  );
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w');
  await file.writeFile(text);
  await file.sync();
}

/** Compresses the files of a build once for all, and seals it. */
export async function sealUi(folder: string, fingerprint: string): Promise<void> {
  await Promise.all((await listServed(folder)).filter((path) => compressible.test(path)).map(compress));
  const files: UiSeal['files'] = {};
  for (const path of (await listServed(folder)).toSorted()) {
    const content = await readFile(path);
    const name = relative(folder, path).split(sep).join('/');
    files[name] = { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }
  await writeDurably(join(folder, sealFile), `${JSON.stringify({ fingerprint, files } satisfies UiSeal)}\n`);
}

/** The fingerprint of the build in this folder; undefined where there is no whole one. */
export async function findSeal(folder: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(folder, sealFile), 'utf8')) as UiSeal).fingerprint;
  } catch {
    return undefined;
  }
}
