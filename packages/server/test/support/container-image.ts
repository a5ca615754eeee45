import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DockerEngine } from './docker-engine.ts';

/** Builds an image that says it is for another kind of machine: nothing in it is run. */
export async function buildForeignImage(
  { host }: Pick<DockerEngine, 'host'>,
  tag: string,
  platform: string,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-image-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /program\nCMD ["/program"]\n');
    const argv = ['-H', host, 'build', '-q', '--platform', platform, '-t', tag, folder];
    await promisify(execFile)('/usr/bin/docker', argv, { env: { DOCKER_BUILDKIT: '1', HOME: folder } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Builds an image of files and lines of a Dockerfile, and names it. */
export async function buildImage(
  engine: Pick<DockerEngine, 'docker'>,
  tag: string,
  lines: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-image-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
    await engine.docker('build', '-q', '-t', tag, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
