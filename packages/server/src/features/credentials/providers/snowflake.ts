import { createHash, createPrivateKey, createPublicKey, createSign } from 'node:crypto';
import { z } from 'zod';
import {
  type CredentialFields,
  defineProvider,
  readJsonObject,
  refusedBy,
  textAt,
  variablesOnly,
  word,
} from '../provider.ts';

const lifetimeSeconds = 300;
const identifier = word(/^[A-Za-z_][A-Za-z0-9_$]{0,254}$/, 'an identifier: letters, digits, _ and $');

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** https://docs.snowflake.com/en/developer-guide/sql-api/authenticating#using-key-pair-authentication */
function jwtOf({ account = '', username = '', privateKey = '' }: CredentialFields, now: Date): string {
  const user = `${account.toUpperCase()}.${username.toUpperCase()}`;
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const fingerprint = `SHA256:${createHash('sha256').update(der).digest('base64')}`;
  const issuedAt = Math.floor(now.getTime() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: `${user}.${fingerprint}`, sub: user, iat: issuedAt, exp: issuedAt + lifetimeSeconds };
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(privateKey, 'base64url')}`;
}

/** With a key pair: Snowflake no longer lets programs in by a password alone. */
export const snowflake = defineProvider({
  name: 'snowflake',
  title: 'Snowflake',
  schema: z.strictObject({
    account: word(/^[A-Za-z0-9][A-Za-z0-9_-]{1,127}$/, 'ORGANIZATION-ACCOUNT, as in the address of the account').meta({
      title: 'Account',
      description: 'ORGANIZATION-ACCOUNT, as in its address.',
    }),
    username: identifier.meta({ title: 'User', description: 'Who signs in.' }),
    privateKey: z.string().min(1).max(16_384).refine(isRsaKey, 'is not an RSA key in PEM without a passphrase').meta({
      title: 'Private key',
      description: 'RSA in PEM, without a passphrase.',
      contentMediaType: 'application/x-pem-file',
    }),
    role: identifier.optional().meta({ title: 'Role', description: 'In place of the user’s own.' }),
    warehouse: identifier.optional().meta({ title: 'Warehouse', description: 'In place of the user’s own.' }),
  }),
  secrets: ['privateKey'],
  endpoint: 'https://{account}.snowflakecomputing.com',
  toEnvironment: ({ account, username, privateKey, role, warehouse }) =>
    variablesOnly({
      SNOWFLAKE_ACCOUNT: account,
      SNOWFLAKE_USER: username,
      SNOWFLAKE_AUTHENTICATOR: 'SNOWFLAKE_JWT',
      SNOWFLAKE_PRIVATE_KEY: privateKey,
      SNOWFLAKE_ROLE: role,
      SNOWFLAKE_WAREHOUSE: warehouse,
    }),
  async validate(fields, { fetch, endpoint, signal, now }) {
    const host = (fields['account'] ?? '').replaceAll('_', '-').toLowerCase();
    const { status, text } = await fetch({
      method: 'POST',
      url: `${endpoint.replace('{account}', host)}/api/v2/statements`,
      headers: {
        authorization: `Bearer ${jwtOf(fields, now)}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'davit',
        'x-snowflake-authorization-token-type': 'KEYPAIR_JWT',
      },
      body: JSON.stringify({
        statement: 'select current_user()',
        timeout: 10,
        ...(fields['role'] && { role: fields['role'] }),
      }),
      signal,
    });
    const answer = readJsonObject(text);
    if (status !== 200) return refusedBy('Snowflake', status, textAt(answer, 'message'));
    return { valid: true, message: 'Snowflake knows this key.', identity: textAt(answer, 'data', 0, 0) };
  },
});
