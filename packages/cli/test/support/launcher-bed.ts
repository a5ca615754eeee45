import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, readdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TemporaryFolder, type TreeFile, temporaryFolder } from './temporary-folder.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the launcher may use of a system, all of it POSIX but tar and gzip. */
const tools =
  'basename cat cksum dirname env find grep gzip head kill ln mkdir mv readlink rm sed sh sleep tar uname'.split(' ');

/** What a run of the launcher ended with. */
export interface Launched {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A small checkout with the real launcher, and a machine of which the test says what is on it. */
export interface LauncherBed {
  /** The checkout. */
  path: string;
  write: TemporaryFolder['write'];
  /** Puts programs in the folder that comes first on PATH. */
  addProgram(name: string, script: string): Promise<void>;
  addTool(name: string): Promise<void>;
  /** Runs the launcher, or a link to it, from any folder. */
  run(words: readonly string[], options?: RunOptions): Promise<Launched>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface RunOptions {
  program?: string;
  cwd?: string;
  env?: Record<string, string>;
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

const checkout: Record<string, TreeFile> = {
  'package.json': '{ "name": "small", "version": "1.0.0", "private": true }\n',
  'package-lock.json': `${JSON.stringify({
    name: 'small',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: 'small', version: '1.0.0' } },
  })}\n`,
  // Says what the launcher ran it with.
  'packages/cli/src/main.ts': `const words: string[] = process.argv.slice(2);
console.log(JSON.stringify({ words, cwd: process.cwd(), node: process.execPath, version: process.versions.node }));
`,
};

/** The launcher of this repository in a checkout of its own, without Node and npm on PATH. */
export async function launcherBed(): Promise<LauncherBed> {
  const folder = await temporaryFolder(checkout);
  const programs = join(folder.path, 'programs');
  for (const path of ['davit', 'scripts/bootstrap.sh']) await cp(join(root, path), join(folder.path, path));
  await folder.write({ 'programs/.keep': '', 'home/.keep': '' });
  const addTool = async (name: string) => {
    const path = await findOnPath(name);
    if (path !== undefined) await symlink(path, join(programs, name));
  };
  for (const name of tools) await addTool(name);

  return {
    path: folder.path,
    write: (files) => folder.write(files),
    addTool,
    addProgram: (name, script) => folder.write({ [`programs/${name}`]: { text: script, mode: 0o755 } }),
    async run(words, { program = join(folder.path, 'davit'), cwd = folder.path, env = {} } = {}) {
      const child = spawn(program, words, {
        cwd,
        env: { PATH: programs, HOME: join(folder.path, 'home'), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const texts = [child.stdout, child.stderr].map(async (stream) =>
        Buffer.concat((await Array.fromAsync(stream)) as Buffer[]).toString('utf8'),
      );
      const [code] = (await once(child, 'close')) as [number | null];
      const [stdout = '', stderr = ''] = await Promise.all(texts);
      return { code, stdout, stderr };
    },
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

/** A Node that is too old by its own word, and otherwise runs what it is given. */
export const oldNode = (version = '20.11.1'): string => `#!/bin/sh
case "\${1-}" in -v | --version) echo v${version}; exit ;; esac
exec '${process.execPath}' "$@"
`;

/** A Node that is new enough. */
export const newNode = `#!/bin/sh
exec '${process.execPath}' "$@"
`;

/** An npm of which only \`ci\` works; it leaves a line in npm-calls for each call. */
export const countingNpm = `#!/bin/sh
echo "$*" >> npm-calls
echo 'npm says something on stdout'
sleep "\${NPM_TAKES:-0}"
mkdir -p node_modules
`;

/** The names in a folder of the bed, without dots. */
export async function namesIn(path: string): Promise<string[]> {
  return (await readdir(path)).sort();
}
