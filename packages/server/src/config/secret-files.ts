import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makePassableFolder } from '../kernel/passable-folder.ts';
import { findSecretFile, readOrCreateSecretFile } from '../platform/crypto/secret-file.ts';
import type { Config } from './config.ts';
import { configErrors } from './config-errors.ts';
import { decodeRootKey } from './setting.ts';

/** Never to be logged. */
export interface Secrets {
  jwtSecret: string;
  /** 256 bits. */
  rootKey: Buffer;
}

const ROOT_KEY_BYTES = 32;

function parseRootKey(value: string, path: string): Buffer {
  const key = decodeRootKey(value);
  if (key.length === ROOT_KEY_BYTES) return key;
  throw configErrors.CONFIG_INVALID({
    message: `${path} holds no root key; expected 32 random bytes as base64 or hexadecimal.`,
    hint: 'Restore the file from a backup, or name another in ROOT_KEY_FILE.',
  });
}

/** The file that the root key is in; undefined when ROOT_KEY holds it. */
export function rootKeyFile({ givenSecrets, paths }: Config): string | undefined {
  if (givenSecrets.rootKey) return undefined;
  return givenSecrets.rootKeyFile ?? join(paths.dataDir, 'root-key');
}

/** Where the next root key waits until every stored key is wrapped by it. */
export const nextKeyFile = (file: string): string => `${file}.next`;

/** The root keys that there are now: that in force, and one that is about to be. */
export async function findRootKeys(config: Config): Promise<Buffer[]> {
  const file = rootKeyFile(config);
  if (file === undefined) return [];
  const found = [];
  for (const path of [file, nextKeyFile(file)]) {
    const text = await findSecretFile(path);
    if (text !== undefined) found.push(parseRootKey(text, path));
  }
  return found;
}

async function loadRootKey({ givenSecrets, paths }: Config): Promise<Buffer> {
  if (givenSecrets.rootKey) return givenSecrets.rootKey;
  const path = givenSecrets.rootKeyFile;
  if (path) return parseRootKey((await findSecretFile(path)) ?? '', path);
  const own = join(paths.dataDir, 'root-key');
  return parseRootKey(await readOrCreateSecretFile(own, () => randomBytes(ROOT_KEY_BYTES).toString('base64')), own);
}

/**
 * The secrets from the environment; those that it does not give are made at the first start and kept in DATA_DIR, readable
 * by davit alone.
 *
 * @throws AppError CONFIG_INVALID, SECRET_FILE_EXPOSED, SECRET_FILE_EMPTY
 */
export async function loadSecrets(config: Config): Promise<Secrets> {
  const { dataDir } = config.paths;
  await makePassableFolder(dataDir);
  const jwtSecret =
    config.givenSecrets.jwtSecret ??
    (await readOrCreateSecretFile(join(dataDir, 'jwt-secret'), () => randomBytes(48).toString('base64url')));
  return { jwtSecret, rootKey: await loadRootKey(config) };
}
