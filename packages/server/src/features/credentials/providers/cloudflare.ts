import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, token, variablesOnly, word } from '../provider.ts';

/** https://developers.cloudflare.com/api/resources/user/subresources/tokens/methods/verify/, and its sibling for tokens of accounts. */
export const cloudflare = defineProvider({
  name: 'cloudflare',
  title: 'Cloudflare',
  schema: z.strictObject({
    apiToken: token('an API token', 256).meta({
      title: 'API token',
      description: 'With the permissions that its kinds need.',
    }),
    accountId: word(/^[0-9a-f]{32}$/, 'the 32 hexadecimal digits of an account')
      .optional()
      .meta({ title: 'Account id', description: 'For tokens that an account owns; its 32 hexadecimal digits.' }),
  }),
  secrets: ['apiToken'],
  endpoint: 'https://api.cloudflare.com',
  toEnvironment: ({ apiToken, accountId }) =>
    variablesOnly({ CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_ACCOUNT_ID: accountId }),
  async validate({ apiToken, accountId }, { fetch, endpoint, signal }) {
    const owner = accountId === undefined ? 'user' : `accounts/${accountId}`;
    const { status, text } = await fetch({
      method: 'GET',
      url: `${endpoint}/client/v4/${owner}/tokens/verify`,
      headers: { authorization: `Bearer ${apiToken}` },
      signal,
    });
    const answer = readJsonObject(text);
    const state = textAt(answer, 'result', 'status');
    if (status !== 200 || answer?.['success'] !== true)
      return refusedBy('Cloudflare', status, textAt(answer, 'errors', 0, 'message'));
    if (state !== 'active')
      return { valid: false, message: `Cloudflare says that this token is ${state ?? 'unknown'}.` };
    return { valid: true, message: 'Cloudflare knows this token.', identity: textAt(answer, 'result', 'id') };
  },
});
