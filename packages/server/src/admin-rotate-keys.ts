import { randomBytes } from 'node:crypto';
import { link, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type AdminContext,
  type AdminResult,
  requireOwnFolder,
  requireRootKey,
  withDatabase,
} from './admin-context.ts';
import { adminErrors } from './admin-errors.ts';
import { nextKeyFile, rootKeyFile } from './config/secret-files.ts';
import { decodeRootKey } from './config/setting.ts';
import { rewrapOrganizationKeys } from './platform/crypto/rewrap-organization-keys.ts';
import { rootKeyId } from './platform/crypto/root-key.ts';
import { readOrCreateSecretFile, syncFolder } from './platform/crypto/secret-file.ts';

/** Kept beside the new one: backups that were made before need it. */
async function keepOld(file: string, kept: string): Promise<void> {
  try {
    await link(file, kept);
  } catch (error) {
    // An earlier try came as far as this.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * `davit admin rotate-keys`: a new root key, while servers run. It waits beside the old one until every organization's key is
 * wrapped by it, then takes its place; cut off anywhere, the next call goes on with the same new key.
 */
export async function rotateKeys(context: AdminContext): Promise<AdminResult> {
  const { config, note } = context;
  const file = rootKeyFile(config);
  if (file === undefined) throw adminErrors.ROOT_KEY_IN_ENVIRONMENT();
  await requireOwnFolder(dirname(file));
  const from = await requireRootKey(config);
  const next = nextKeyFile(file);
  const text = await readOrCreateSecretFile(next, () => randomBytes(32).toString('base64'));
  const to = decodeRootKey(text);
  note(`the new root key ${rootKeyId(to)} is in ${next}`);
  const kept = `${file}.${rootKeyId(from)}`;
  return await withDatabase(context, async ({ db }) => {
    const wrapped = await rewrapOrganizationKeys({
      db,
      from,
      to,
      onProgress: (count) => note(`${count} keys are wrapped by it`),
    });
    await keepOld(file, kept);
    await rename(next, file);
    await syncFolder(dirname(file));
    const lines = [
      `The root key is ${rootKeyId(to)} now, in ${file}; ${wrapped} keys of organizations were wrapped by it.`,
      `The old one, ${rootKeyId(from)}, is in ${kept}: backups made until now need it. Keep copies of both elsewhere.`,
      'Servers on this machine take the new key by themselves. Give it to those on others before they start again.',
    ];
    return {
      value: { rootKeyId: rootKeyId(to), formerKeyId: rootKeyId(from), file, kept, wrapped },
      text: lines.join('\n'),
    };
  });
}
