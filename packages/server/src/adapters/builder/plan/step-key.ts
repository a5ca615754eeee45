import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanStep } from '@davit/build-plan';
import { placeInside } from './place-inside.ts';
import type { InstalledToolchain } from './toolchain.ts';

/** In pieces: a source may hold files that do not fit into memory. */
async function hashContent(hash: Hash, file: string): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await using handle = await open(file, flags);
  for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer);
}

// Everything has its length before it, so that no content reads like another file's name.
async function hashPlace(hash: Hash, place: string, name: string): Promise<void> {
  const status = await lstat(place).catch(() => undefined);
  const head = (kind: string, length: number) => hash.update(JSON.stringify([name, kind, length]));
  if (status === undefined) head('nothing', 0);
  else if (status.isSymbolicLink()) head(`link ${await readlink(place)}`, 0);
  else if (status.isDirectory()) {
    const names = (await readdir(place)).sort();
    head('folder', names.length);
    for (const entry of names) await hashPlace(hash, join(place, entry), entry);
  } else if (status.isFile()) {
    head((status.mode & 0o100) === 0 ? 'file' : 'program', status.size);
    await hashContent(hash, place);
  }
}

/** What a step's result depends on: its commands, its inputs' content, its environment and the versions of its tools. */
export async function stepKey(
  folder: string,
  step: PlanStep,
  toolchains: readonly InstalledToolchain[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const hash = createHash('sha256');
  const versions = toolchains.map(({ name, version }) => `${name} ${version}`);
  hash.update(
    JSON.stringify([step.name, step.folder, step.commands, step.environment, environment, step.cacheFolders, versions]),
  );
  for (const input of [...step.cacheInputs].sort()) await hashPlace(hash, await placeInside(folder, input), input);
  return hash.digest('hex').slice(0, 32);
}
