import type { ChosenSource } from '../../ui/dropped-files.ts';
import { createSourceRules, isRuleFile } from './source-rules.ts';
import { packTar } from './tar-archive.ts';

/** What is left out, by its path. */
export interface LeftOut {
  /** A folder's ends with a slash. */
  readonly path: string;
  /** How many files; undefined for a folder that was not even read. */
  readonly files: number | undefined;
}

/** What will be sent, known before the first byte is. */
export interface PreparedSource {
  readonly kind: 'folder' | 'archive';
  readonly name: string;
  /** Undefined for an archive, which the server opens. */
  readonly files: number | undefined;
  readonly bytes: number;
  readonly leftOut: readonly LeftOut[];
  /** Why it cannot be sent. */
  readonly refusal: string | undefined;
  /** The archive that is sent, compressed. */
  readonly pack: () => Promise<Blob>;
}

/** As the server has them: bytes of what is sent, and how many files. */
export const largestSource = 512 * 1024 ** 2;
const MOST_FILES = 200_000;

/** `skipped`: the folders that were not read. */
export async function prepareSource(source: ChosenSource, skipped: Iterable<string>): Promise<PreparedSource> {
  const [only] = source.files;
  if (source.kind === 'file' && only !== undefined) return prepareArchive(source.name, only.file);
  const texts = new Map<string, string>();
  for (const { path, file } of source.files) if (isRuleFile(path)) texts.set(path, await file.text());
  const ruleOf = createSourceRules(texts);
  const left = new Map<string, number>();
  const files = source.files.filter(({ path }) => {
    const out = ruleOf(path);
    if (out !== undefined) left.set(out, (left.get(out) ?? 0) + 1);
    return out === undefined;
  });
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const unread = [...skipped].map((path): LeftOut => ({ path: `${path}/`, files: undefined }));
  return {
    kind: 'folder',
    name: source.name,
    files: files.length,
    bytes,
    leftOut: [...unread, ...[...left].map(([path, count]) => ({ path, files: count }))],
    refusal: refusalOf(files.length, bytes),
    async pack() {
      const tar = await packTar(files.toSorted((one, other) => (one.path < other.path ? -1 : 1)));
      return await new Response(tar.stream().pipeThrough(new CompressionStream('gzip'))).blob();
    },
  };
}

function prepareArchive(name: string, file: File): PreparedSource {
  const isTar = /\.(?:tar|tgz|tzst|tar\.(?:gz|zst))$/i.test(name);
  return {
    kind: 'archive',
    name,
    files: undefined,
    bytes: file.size,
    leftOut: [],
    refusal: isTar
      ? refusalOf(1, file.size)
      : 'This is no tar archive. Choose a .tar, .tar.gz or .tar.zst file, or unpack it and choose the folder.',
    pack: () => Promise.resolve(file),
  };
}

function refusalOf(files: number, bytes: number): string | undefined {
  if (files === 0) return 'There is no file to send: the folder is empty, or everything in it is left out.';
  const advice = 'Name what the build does not need in a .davitignore file, which is written like a .gitignore.';
  if (bytes > largestSource)
    return `It is ${sizeText(bytes)}, and at most ${sizeText(largestSource)} can be uploaded. ${advice}`;
  if (files > MOST_FILES) return `It has ${files} files, and at most ${MOST_FILES} can be uploaded. ${advice}`;
  return undefined;
}

/** "12.3 MiB", as the command line says it. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
