import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CREDENTIAL_HELPER, clientConfiguration, credentialHelper } from './registry-logins.ts';

/** What belongs to the build of an image and not to the source. */
export interface BuildPlace {
  folder: string;
  /** The Dockerfile as it is built, in a folder of its own. */
  dockerfile: string;
  /** HOME and configuration of the client. */
  home: string;
  configuration: string;
  programs: string;
  /** Where an image is put that no engine holds. */
  archive: string;
}

/** Beside the source: within it, it would be part of what is built. */
export function buildPlace(sourceFolder: string): BuildPlace {
  const folder = `${sourceFolder}.image`;
  const home = join(folder, 'home');
  return {
    folder,
    dockerfile: join(folder, 'dockerfile', 'Dockerfile'),
    home,
    configuration: join(home, 'docker'),
    programs: join(folder, 'programs'),
    archive: join(home, 'image.tar'),
  };
}

async function put(path: string, content: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, content, { mode });
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

/** Makes the place anew. Only before the client was started: what it reads must not change under it. */
export async function layOutPlace(place: BuildPlace, dockerfile: string, ignored: string | undefined): Promise<void> {
  await rm(place.folder, { recursive: true, force: true });
  for (const folder of [dirname(place.dockerfile), place.configuration, place.programs])
    await mkdir(folder, { recursive: true, mode: 0o755 });
  await put(place.dockerfile, dockerfile, 0o644);
  if (ignored !== undefined) await put(`${place.dockerfile}.dockerignore`, ignored, 0o644);
  await put(join(place.configuration, 'config.json'), clientConfiguration, 0o644);
  await put(join(place.programs, CREDENTIAL_HELPER), credentialHelper, 0o755);
}

/** A key of the service's own, which is worth nothing but for {@link variablesDigest}: a lost one only costs a cache. */
async function digestKey(cacheFolder: string): Promise<Buffer> {
  const path = join(cacheFolder, 'image-key');
  const known = await readFile(path).catch(() => undefined);
  if (known?.length === 32) return known;
  await mkdir(cacheFolder, { recursive: true });
  const key = randomBytes(32);
  await writeFile(`${path}.new`, key, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return key;
}

/** Tells whether variables changed, and nothing about them: it is written into the history of a stage. */
export async function variablesDigest(
  cacheFolder: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const sorted = Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', await digestKey(cacheFolder))
    .update(JSON.stringify(sorted))
    .digest('hex')
    .slice(0, 32);
}
