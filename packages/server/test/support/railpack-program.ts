import { chmod, copyFile, link, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DockerEngine } from './docker-engine.ts';

const program = fileURLToPath(new URL('../../../../.cache/tools/railpack-0.23.0/railpack', import.meta.url));
/** Where it looks for the program that it asks for versions of toolchains, before it fetches it from GitHub. */
const mise = '/tmp/railpack/mise/mise-2026.3.17';
const images = ['builder', 'runtime'].map((name) => `ghcr.io/railwayapp/railpack-${name}:mise-2026.3.17`);

/**
 * Railpack itself. Of a script for the shell it asks mise nothing, and is content when the program is there: so only such a
 * source can be planned without GitHub, and an empty file will do.
 */
export interface RailpackProgram extends AsyncDisposable {
  /** Has `railpack`, with mise. */
  readonly folder: string;
  /** Has `railpack` alone. */
  readonly bareFolder: string;
  /** A folder whose `railpack`, with mise, first does these lines for the shell, as that very process. */
  after(lines: string): Promise<string>;
}

export async function installRailpack(): Promise<RailpackProgram> {
  const folders: string[] = [];
  async function makeFolder(name: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'davit-railpack-'));
    folders.push(folder);
    // Programs are run by users of builds.
    await chmod(folder, 0o755);
    if (folders.length === 1) await copyFile(program, join(folder, name));
    else await link(join(folders[0] ?? '', 'railpack'), join(folder, name));
    return folder;
  }
  const bareFolder = await makeFolder('railpack');
  async function after(lines: string): Promise<string> {
    const folder = await makeFolder('real');
    const script = `#!/bin/sh\nset -eu\n${lines}\nmkdir -p ${dirname(mise)}\n: > ${mise}\nexec ${folder}/real "$@"\n`;
    await writeFile(join(folder, 'railpack'), script, { mode: 0o755 });
    return folder;
  }
  return {
    folder: await after(''),
    bareFolder,
    after,
    async [Symbol.asyncDispose]() {
      for (const each of folders) await rm(each, { recursive: true });
    },
  };
}

/** Gives an engine what Railpack's plans begin with; an engine may be shared, so what is there stays. */
export async function tagRailpackImages({ docker }: Pick<DockerEngine, 'docker'>): Promise<void> {
  for (const image of images) await docker('tag', 'node:24-slim', image);
}
