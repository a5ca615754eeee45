import { type ApiClient, createApiClient } from '@davit/api';
import type { InputRules } from './check-inputs.ts';

/** The provider's own configuration: `davit:url`, `davit:token`. */
export const configuration: InputRules & { readonly secrets: readonly string[] } = {
  inputs: {
    url: { type: 'string', description: 'Of the davit server, such as https://davit.example.com; else DAVIT_URL.' },
    token: { type: 'string', description: 'An API token; else DAVIT_TOKEN.' },
  },
  required: [],
  secrets: ['token'],
};

/** How long a server that is being restarted is waited for. */
const patienceMs = 120_000;

export interface ConnectionSettings {
  readonly url: string | undefined;
  readonly token: string | undefined;
}

function addressOf(url: string | undefined): string {
  if (url === undefined || url === '') {
    throw new Error('Which davit? Set davit:url, or DAVIT_URL in the environment.');
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed !== undefined && parsed.username === '' && parsed.search === '' && parsed.hash === '';
  if (!isPlain || !/^https?:$/.test(parsed.protocol)) {
    throw new Error('davit:url must be an address such as https://davit.example.com, without a password in it.');
  }
  return url.replace(/\/+$/, '');
}

/** Calls to the davit that is configured. */
export function connect({ url, token }: ConnectionSettings): ApiClient {
  const baseUrl = addressOf(url);
  if (token === undefined || token === '') {
    throw new Error(
      'Who asks? Set davit:token as a secret (`pulumi config set --secret davit:token`), or DAVIT_TOKEN; `davit token create` makes one.',
    );
  }
  return createApiClient({
    baseUrl,
    token: () => Promise.resolve(token),
    userAgent: `pulumi-resource-davit (node ${process.versions.node}; ${process.platform})`,
    patienceMs,
  });
}
