import { randomBytes } from 'node:crypto';
import { glob, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { viteDynamicImportVarsPlugin, viteImportGlobPlugin } from 'rolldown/experimental';
import { bundleOf, type CodePlace, type CodeSeal, sealOf, serverCode, stampOf } from './own-code.ts';

/** A library of the machine, found beside its package, and what `pg` asks for and does without. */
const leftOut = /^(?:@node-rs\/argon2|pg-native)$/;
/** None takes as long to write a file. */
const oldMs = 60 * 60_000;
/** Besides the files themselves: what is installed, how packages are entered, and which kinds there are. */
const alsoRead = [
  'package-lock.json',
  'node_modules/.package-lock.json',
  '{modules,packages/*}/package.json',
  'modules',
  'modules/*/',
];

/**
 * What a file asks about itself it is told as if it ran where it lies: scripts, migrations and programs are found from there.
 * Notes the state of each before it is read, so that a change meanwhile makes the bundle stale.
 */
function keepPlaces(stamps: Map<string, string>): Plugin {
  const asked = /\bimport\.meta\.(?:url|dirname|filename)\b|\b__(?:dirname|filename)\b/g;
  const isFile = (id: string) => !id.startsWith('\0');
  return {
    name: 'davit-places',
    load(id) {
      if (isFile(id)) stamps.set(id, stampOf(id));
    },
    transform: {
      filter: { code: asked },
      handler(code, id) {
        if (!isFile(id)) return null;
        const answers: Readonly<Record<string, string>> = {
          'import.meta.url': pathToFileURL(id).href,
          'import.meta.dirname': dirname(id),
          'import.meta.filename': id,
          __dirname: dirname(id),
          __filename: id,
        };
        return { code: code.replaceAll(asked, (question) => JSON.stringify(answers[question])), map: null };
      },
    },
  };
}

async function bundle({ entry, folder }: CodePlace, stamps: Map<string, string>): Promise<OutputChunk> {
  await using build = await rolldown({
    input: entry,
    platform: 'node',
    external: leftOut,
    logLevel: 'silent',
    plugins: [keepPlaces(stamps), viteDynamicImportVarsPlugin(), viteImportGlobPlugin()],
  });
  const { output } = await build.generate({
    dir: folder,
    format: 'esm',
    sourcemap: 'hidden',
    // One file: a part that is loaded later would be gone when davit has been renewed meanwhile.
    codeSplitting: false,
    comments: false,
    // Names and lines stay, for stack traces. One other letter makes the engine keep the whole text at two bytes a letter: 7 MiB.
    charset: 'ascii',
  });
  return output[0];
}

/** Nobody sees half a file: it grows beside its place. */
async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(partial, text);
  await rename(partial, path);
}

/** What processes left that were killed. */
async function removeLeft(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.tmp'))) {
    const path = join(folder, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > oldMs) await rm(path, { force: true });
  }
}

/**
 * Makes one file of the server's sources and packages, and loads it, since what does not load is not sealed. Several processes
 * may do so at once: each puts its files in place whole, and the seal is written last.
 */
export async function bundleCode(place: CodePlace = serverCode): Promise<string> {
  const { checkout, folder } = place;
  // First, since where nothing can be written nothing need be made.
  await mkdir(folder, { recursive: true });
  const stamps = new Map([[fileURLToPath(import.meta.url), stampOf(fileURLToPath(import.meta.url))]]);
  for await (const name of glob(alsoRead, { cwd: checkout })) {
    const path = join(checkout, name);
    stamps.set(path, stampOf(path));
  }
  const { code, map } = await bundle(place, stamps);
  const file = bundleOf(place);
  if (map !== null) await writeWhole(`${file}.map`, map.toString());
  await writeWhole(file, code);
  await import(pathToFileURL(file).href);
  const seal: CodeSeal = { sum: crc32(code), checkout, stamps: Object.fromEntries(stamps) };
  await writeWhole(sealOf(place), JSON.stringify(seal));
  await removeLeft(folder);
  return file;
}
