import { getProvider, providerNames } from '../../src/features/credentials/providers.ts';

/** Names of fields that are secret for some provider. */
const secretFields = new Set(providerNames.flatMap((name) => getProvider(name).secrets));

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textsOf = (fields: Fields, names: Iterable<string>): string[] =>
  [...names].flatMap((name) => (typeof fields[name] === 'string' ? [fields[name]] : []));

/** A key that is handed in as base64 is one as it is, too; and what of it is the key itself. */
function decoded(name: string, text: string): string[] {
  if (!name.endsWith('Base64')) return [];
  const inner = Buffer.from(text, 'base64').toString('utf8');
  const key = /"private_key":\s*("(?:[^"\\]|\\.)*")/.exec(inner)?.[1];
  return [inner, ...(key === undefined ? [] : [JSON.parse(key) as string])];
}

function ofCredential(body: Fields): string[] {
  const data = fieldsOf(body['data']);
  return [...secretFields].flatMap((name) => textsOf(data, [name]).flatMap((text) => [text, ...decoded(name, text)]));
}

/** Values of variables; one that only refers to others is none. */
function ofVariables(body: Fields): string[] {
  const many = fieldsOf(body['variables']);
  const given = [...textsOf(body, ['value']), ...textsOf(many, Object.keys(many))];
  return given.filter((value) => value.length >= 12 && !value.includes('${{'));
}

const sourceSecrets = ['token', 'privateKey', 'password'];

/** What of a request to davit nobody but it may know afterwards. */
export function secretsHandedIn(path: string, body: unknown): string[] {
  const fields = fieldsOf(body);
  return [
    ...(path.startsWith('/v1/credentials') ? ofCredential(fields) : []),
    ...(/\/(?:env|variables)(?:[/?]|$)/.test(path) ? ofVariables(fields) : []),
    ...textsOf(fieldsOf(fields['sourceCredential']), sourceSecrets),
    ...textsOf(fieldsOf(fields['registryCredential']), sourceSecrets),
    ...(path.startsWith('/auth/') ? textsOf(fields, ['password']) : []),
  ];
}

/** What davit itself hands out once. */
export function secretsHandedOut(path: string, answer: string): string[] {
  if (!path.startsWith('/auth/') && path !== '/v1/api-tokens') return [];
  try {
    return textsOf(fieldsOf(JSON.parse(answer)), ['accessToken', 'refreshToken', 'token']);
  } catch {
    return [];
  }
}
