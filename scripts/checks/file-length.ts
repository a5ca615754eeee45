import type { SourceTree } from './source-tree.ts';

const LIMIT = 300;
/** Made by a program, for programs. */
const GENERATED = /\.gen\.|^packages\/api\/src\/gen\//;
const SOURCE = /\.(?:[cm]?[jt]sx?|css|sql|sh)$/;
/** Path → lines, of files that are allowed to be longer for now. It may only shrink. */
const LONG_FILES = 'scripts/long-files.json';

/** A source file fits in the head; one on the list may not grow, and leaves it once it is short. */
export function fileLength(tree: SourceTree): readonly string[] {
  const allowed = JSON.parse(tree.read(LONG_FILES)) as Record<string, number>;
  const gone = Object.keys(allowed).filter((path) => !tree.has(path));
  return [
    ...gone.map((path) => `${path} is on ${LONG_FILES} and does not exist`),
    ...tree.files.filter((path) => SOURCE.test(path) && !GENERATED.test(path)).flatMap((path) => judge(path)),
  ];

  function judge(path: string): readonly string[] {
    const lines = tree.read(path).trimEnd().split('\n').length;
    const ceiling = allowed[path];
    if (ceiling !== undefined && lines <= LIMIT) return [`${path} is short now: take it off ${LONG_FILES}`];
    if (lines <= (ceiling ?? LIMIT)) return [];
    return [`${path} has ${lines} lines, ${ceiling ?? LIMIT} are allowed`];
  }
}
