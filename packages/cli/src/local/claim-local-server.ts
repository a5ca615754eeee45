import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiError, createApiClient, unwrap } from '@davit/api';
import type { Environment } from '../environment.ts';
import type { Account, ConfigFile } from '../session/config-file.ts';
import { keepTokens } from '../session/token-source.ts';

/** The name under which the sign-in to this machine's server is kept: its address may change, its data folder does not. */
export const localKey = (dataDir: string): string => `local:${dataDir}`;

async function findClaimToken(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'claim-token'), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

/**
 * Makes the owner's account of a server that nobody owns yet, with the claim token that only who can read the data folder has.
 * The password is stored before it is used: whatever is cut off in between, the next try can go on.
 *
 * @returns the new owner; undefined when the server has an owner already
 */
export async function claimLocalServer(
  { dataDir, userName }: Environment,
  config: ConfigFile,
  url: string,
): Promise<Account | undefined> {
  if ((await findClaimToken(dataDir)) === undefined) return undefined;
  const api = createApiClient({ baseUrl: url, token: async () => undefined });
  return await config.update(async ({ servers }, save) => {
    const claimToken = await findClaimToken(dataDir);
    if (claimToken === undefined) return undefined;
    const key = localKey(dataDir);
    const account = { email: 'owner@davit.localhost', password: randomBytes(18).toString('base64url') };
    servers[key] = account;
    await save();
    try {
      const body = { ...account, name: userName, claimToken };
      keepTokens(account, await unwrap(api.POST('/auth/register', { body })));
      return account;
    } catch (error) {
      delete servers[key];
      // Somebody else was faster.
      if (error instanceof ApiError && (await findClaimToken(dataDir)) === undefined) return undefined;
      await save();
      throw error;
    }
  });
}
