import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, token, variablesOnly, word } from '../provider.ts';

/** https://docs.confluent.io/cloud/current/api.html: with a cloud API key. */
export const confluent = defineProvider({
  name: 'confluent',
  title: 'Confluent Cloud',
  schema: z.strictObject({
    apiKey: word(/^[A-Z0-9]{8,64}$/, 'an API key: capital letters and digits').meta({
      title: 'API key',
      description: 'A cloud API key.',
    }),
    apiSecret: token('an API secret', 256).meta({ title: 'API secret', description: 'What belongs to the API key.' }),
  }),
  secrets: ['apiSecret'],
  endpoint: 'https://api.confluent.cloud',
  toEnvironment: ({ apiKey, apiSecret }) =>
    variablesOnly({ CONFLUENT_CLOUD_API_KEY: apiKey, CONFLUENT_CLOUD_API_SECRET: apiSecret }),
  async validate({ apiKey, apiSecret }, { fetch, endpoint, signal }) {
    const { status, text } = await fetch({
      method: 'GET',
      url: `${endpoint}/org/v2/organizations?page_size=1`,
      headers: { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` },
      signal,
    });
    const answer = readJsonObject(text);
    if (status !== 200) return refusedBy('Confluent Cloud', status, textAt(answer, 'errors', 0, 'detail'));
    return {
      valid: true,
      message: 'Confluent Cloud knows this key.',
      identity: textAt(answer, 'data', 0, 'display_name'),
    };
  },
});
