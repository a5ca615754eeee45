import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, token, variablesOnly, word } from '../provider.ts';

/** https://docs.digitalocean.com/reference/api/digitalocean/#tag/Account. Keys of Spaces are stored; no call checks them. */
export const digitalocean = defineProvider({
  name: 'digitalocean',
  title: 'DigitalOcean',
  schema: z.strictObject({
    token: token('a token', 256).meta({ title: 'Access token', description: 'A personal access token: dop_v1_….' }),
    spacesAccessId: word(/^[A-Z0-9]{16,64}$/, 'the id of a Spaces key: capital letters and digits')
      .optional()
      .meta({ title: 'Spaces access id', description: 'For kinds that use Spaces.' }),
    spacesSecretKey: token('a Spaces key', 256)
      .optional()
      .meta({ title: 'Spaces secret key', description: 'What belongs to the Spaces access id.' }),
  }),
  secrets: ['token', 'spacesSecretKey'],
  endpoint: 'https://api.digitalocean.com',
  toEnvironment: ({ token: value, spacesAccessId, spacesSecretKey }) =>
    variablesOnly({
      DIGITALOCEAN_TOKEN: value,
      SPACES_ACCESS_KEY_ID: spacesAccessId,
      SPACES_SECRET_ACCESS_KEY: spacesSecretKey,
    }),
  async validate({ token: value }, { fetch, endpoint, signal }) {
    const { status, text } = await fetch({
      method: 'GET',
      url: `${endpoint}/v2/account`,
      headers: { authorization: `Bearer ${value}` },
      signal,
    });
    const answer = readJsonObject(text);
    if (status !== 200) return refusedBy('DigitalOcean', status, textAt(answer, 'message'));
    return { valid: true, message: 'DigitalOcean knows this token.', identity: textAt(answer, 'account', 'email') };
  },
});
