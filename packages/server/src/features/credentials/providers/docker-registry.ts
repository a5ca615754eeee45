import { z } from 'zod';
import {
  type CredentialFields,
  defineProvider,
  readJsonObject,
  refusedBy,
  textAt,
  type ValidationCall,
  type Verdict,
  variablesOnly,
  word,
} from '../provider.ts';

const hostAndPort = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/;

/** Of a service account's JSON key too, which has blanks and several lines. */
const password = z
  .string()
  .min(1)
  .max(8192)
  .regex(
    /^[\x21-\x7e](?:[\x20-\x7e\t\r\n]*[\x21-\x7e])?$/,
    'a password or token has characters of ASCII only, and no blank at either end',
  );

function parameter(challenge: string, name: string): string | undefined {
  return new RegExp(`${name}="([^"]{1,500})"`, 'i').exec(challenge)?.[1];
}

const basicOf = ({ username, password }: CredentialFields): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** https://distribution.github.io/distribution/spec/auth/token/ */
async function askForToken(challenge: string, fields: CredentialFields, { fetch, signal }: ValidationCall) {
  const realm = URL.parse(parameter(challenge, 'realm') ?? '');
  if (realm === null) return undefined;
  const service = parameter(challenge, 'service');
  if (service !== undefined) realm.searchParams.set('service', service);
  return await fetch({ method: 'GET', url: realm.href, headers: { authorization: basicOf(fields) }, signal });
}

/** https://distribution.github.io/distribution/spec/api/#api-version-check */
async function validate(fields: CredentialFields, call: ValidationCall): Promise<Verdict> {
  const { fetch, signal } = call;
  const url = `${call.endpoint.replace('{server}', fields['server'] ?? '')}/v2/`;
  const valid = { valid: true, message: 'The registry knows this user.', identity: fields['username'] };
  const first = await fetch({ method: 'GET', url, signal });
  const challenge = first.headers['www-authenticate'] ?? '';
  if (first.status !== 401) {
    if (first.status !== 200) return refusedBy('The registry', first.status);
    return { valid: true, message: 'The registry asks nobody who they are.' };
  }
  if (/^Bearer /i.test(challenge)) {
    const answer = await askForToken(challenge, fields, call);
    const body = readJsonObject(answer?.text ?? '');
    const given = textAt(body, 'token') ?? textAt(body, 'access_token');
    if (answer?.status === 200 && given !== undefined) return valid;
    return refusedBy('The registry', answer?.status ?? first.status, textAt(body, 'details'));
  }
  const second = await fetch({ method: 'GET', url, headers: { authorization: basicOf(fields) }, signal });
  const said = textAt(readJsonObject(second.text), 'errors', 0, 'message');
  return second.status === 200 ? valid : refusedBy('The registry', second.status, said);
}

export const dockerRegistry = defineProvider({
  name: 'docker_registry',
  title: 'Docker registry',
  schema: z.strictObject({
    // As names of images have it, which are compared with it.
    server: word(hostAndPort, 'a host name, with :PORT where it needs one').toLowerCase().meta({
      title: 'Server',
      description: 'Its host name, with :PORT where it needs one.',
    }),
    username: word(/^[^\s:\p{C}]{1,128}$/u, 'a name without blanks and without a colon').meta({
      title: 'User',
      description: 'Who signs in.',
    }),
    password: password.meta({
      title: 'Password',
      description:
        'A password or token; for Artifact Registry with the user `_json_key` the JSON key of a service account.',
    }),
  }),
  secrets: ['password'],
  endpoint: 'https://{server}',
  toEnvironment: ({ server, username, password }) =>
    variablesOnly({
      DOCKER_REGISTRY_SERVER: server,
      DOCKER_REGISTRY_USER: username,
      DOCKER_REGISTRY_PASS: password,
    }),
  validate,
});
