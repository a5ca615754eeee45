import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, token, variablesOnly, word } from '../provider.ts';

const uuid = word(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'a UUID');

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow: a token is asked for, and thrown away. */
export const azure = defineProvider({
  name: 'azure',
  title: 'Azure',
  schema: z.strictObject({
    clientId: uuid.meta({ title: 'Client id', description: 'Of the application.' }),
    clientSecret: token('a client secret', 256).meta({
      title: 'Client secret',
      description: 'The value of the secret, not its id.',
    }),
    tenantId: uuid.meta({ title: 'Tenant id', description: 'Of the directory.' }),
    subscriptionId: uuid.meta({ title: 'Subscription id', description: 'Where it works.' }),
  }),
  secrets: ['clientSecret'],
  endpoint: 'https://login.microsoftonline.com',
  toEnvironment: ({ clientId, clientSecret, tenantId, subscriptionId }) =>
    variablesOnly({
      ARM_CLIENT_ID: clientId,
      ARM_CLIENT_SECRET: clientSecret,
      ARM_TENANT_ID: tenantId,
      ARM_SUBSCRIPTION_ID: subscriptionId,
    }),
  async validate({ clientId = '', clientSecret = '', tenantId }, { fetch, endpoint, signal }) {
    const { status, text } = await fetch({
      method: 'POST',
      url: `${endpoint}/${tenantId}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'https://management.azure.com/.default',
      }).toString(),
      signal,
    });
    const answer = readJsonObject(text);
    if (status !== 200 || textAt(answer, 'access_token') === undefined)
      return refusedBy('Azure', status, textAt(answer, 'error_description') ?? textAt(answer, 'error'));
    return { valid: true, message: 'Azure gave a token for this client.', identity: clientId };
  },
});
