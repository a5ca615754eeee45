import { createHash } from 'node:crypto';
import { ApiError, createApiClient, type Schemas, type TokenSource, unwrap } from '@davit/api';
import { notAuthorised } from '../command-line/cli-error.ts';
import type { Account, ConfigFile } from './config-file.ts';

// A token that ends while a request is on its way is no good.
const marginMs = 30_000;

function isFresh(account: Account, rejected: string | undefined): boolean {
  const { accessToken, accessTokenExpiresAt } = account;
  if (accessToken === undefined || accessToken === rejected) return false;
  return accessTokenExpiresAt !== undefined && Date.parse(accessTokenExpiresAt) - Date.now() > marginMs;
}

/** Keeps the tokens of a sign-in. */
export function keepTokens(account: Account, signedIn: Schemas['SignedIn']): void {
  const { accessToken, accessTokenExpiresAt, refreshToken } = signedIn;
  Object.assign(account, { accessToken, accessTokenExpiresAt, refreshToken, email: signedIn.user.email });
}

/** Trades the refresh token; a repetition with the same key gets the same answer, so that a lost one loses no sign-in. */
async function refresh(baseUrl: string, refreshToken: string): Promise<Schemas['SignedIn'] | undefined> {
  const api = createApiClient({ baseUrl, token: async () => undefined });
  const key = createHash('sha256').update(`davit-cli ${refreshToken}`).digest('hex').slice(0, 32);
  try {
    return await unwrap(api.POST('/auth/refresh', { headers: { 'idempotency-key': key }, body: { refreshToken } }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

async function signInAgain(baseUrl: string, { email, password }: Account): Promise<Schemas['SignedIn'] | undefined> {
  if (email === undefined || password === undefined) return undefined;
  const api = createApiClient({ baseUrl, token: async () => undefined });
  try {
    return await unwrap(api.POST('/auth/login', { body: { email, password } }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

/**
 * Tokens for one server out of the configuration. Of several commands at once one refreshes, under the file's lock; the others
 * take over what it got, since a refresh token is good for one use.
 */
export function createTokenSource(config: ConfigFile, key: string, locate: () => Promise<string>): TokenSource {
  return async (rejected) => {
    const known = (await config.read()).servers[key];
    if (known?.apiToken !== undefined) return known.apiToken;
    if (known === undefined || (known.refreshToken === undefined && known.password === undefined)) return undefined;
    if (isFresh(known, rejected)) return known.accessToken;
    return await config.update(async ({ servers }) => {
      const account = servers[key];
      if (account === undefined) return undefined;
      if (isFresh(account, rejected)) return account.accessToken;
      const baseUrl = await locate();
      const signedIn =
        (account.refreshToken === undefined ? undefined : await refresh(baseUrl, account.refreshToken)) ??
        (await signInAgain(baseUrl, account));
      if (signedIn === undefined) {
        throw notAuthorised('Your sign-in has ended.', { hint: 'Sign in again with `davit login`.' });
      }
      keepTokens(account, signedIn);
      return account.accessToken;
    });
  };
}
