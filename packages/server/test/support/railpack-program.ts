import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
}

export async function installRailpack(): Promise<RailpackProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-railpack-'));
  const bareFolder = await mkdtemp(join(tmpdir(), 'davit-railpack-'));
  // Programs are run by users of builds.
  for (const each of [folder, bareFolder]) await chmod(each, 0o755);
  await copyFile(program, join(folder, 'real'));
  await copyFile(program, join(bareFolder, 'railpack'));
  const script = `#!/bin/sh\nset -eu\nmkdir -p ${dirname(mise)}\n: > ${mise}\nexec ${folder}/real "$@"\n`;
  await writeFile(join(folder, 'railpack'), script, { mode: 0o755 });
  return {
    folder,
    bareFolder,
    async [Symbol.asyncDispose]() {
      for (const each of [folder, bareFolder]) await rm(each, { recursive: true });
    },
  };
}

/** Gives an engine what Railpack's plans begin with; an engine may be shared, so what is there stays. */
export async function tagRailpackImages({ docker }: Pick<DockerEngine, 'docker'>): Promise<void> {
  for (const image of images) await docker('tag', 'node:24-slim', image);
}
