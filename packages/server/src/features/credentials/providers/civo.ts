import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, token, variablesOnly, word } from '../provider.ts';

/** https://www.civo.com/api/quota */
export const civo = defineProvider({
  name: 'civo',
  title: 'Civo',
  schema: z.strictObject({
    token: token('an API key', 256).meta({ title: 'API key', description: 'Of the account’s security settings.' }),
    region: word(/^[A-Za-z0-9]{2,16}$/, 'a region, such as LON1')
      .optional()
      .meta({ title: 'Region', description: 'Such as LON1.' }),
  }),
  secrets: ['token'],
  endpoint: 'https://api.civo.com',
  toEnvironment: ({ token: value, region }) => variablesOnly({ CIVO_TOKEN: value, CIVO_REGION: region }),
  async validate({ token: value, region }, { fetch, endpoint, signal }) {
    const query = region === undefined ? '' : `?region=${encodeURIComponent(region)}`;
    const { status, text } = await fetch({
      method: 'GET',
      url: `${endpoint}/v2/quota${query}`,
      headers: { authorization: `Bearer ${value}` },
      signal,
    });
    const answer = readJsonObject(text);
    if (status !== 200) return refusedBy('Civo', status, textAt(answer, 'reason'));
    return { valid: true, message: 'Civo knows this key.', identity: textAt(answer, 'default_user_id') };
  },
});
