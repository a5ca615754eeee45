import { readFileSync } from 'node:fs';

/** Text of a script of ours without its comments: it is passed by value, since the user may not be able to read our files. */
export function readScript(file: URL): string {
  return readFileSync(file, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .trim();
}
