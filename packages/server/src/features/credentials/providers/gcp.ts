import { createPrivateKey, createSign } from 'node:crypto';
import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, variablesOnly } from '../provider.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const lifetimeSeconds = 300;

interface ServiceAccountKey {
  email: string;
  projectId: string;
  keyId: string;
  privateKey: string;
  json: string;
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** What is wrong with the text, or the key in it. */
function readKey(base64: string): ServiceAccountKey | string {
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(base64)) return 'is not base64';
  const json = Buffer.from(base64, 'base64').toString('utf8');
  const key = readJsonObject(json);
  if (key === undefined) return 'is not a JSON object in base64';
  if (key['type'] !== 'service_account') return 'is not the key of a service account: its "type" is another';
  const email = textAt(key, 'client_email');
  const privateKey = textAt(key, 'private_key');
  const projectId = textAt(key, 'project_id');
  const keyId = textAt(key, 'private_key_id');
  if (email === undefined || projectId === undefined || keyId === undefined || privateKey === undefined)
    return 'lacks one of client_email, private_key, private_key_id and project_id';
  return isPrivateKey(privateKey)
    ? { email, projectId, keyId, privateKey, json }
    : 'holds a private_key that is no RSA key';
}

function mustRead(base64: string | undefined): ServiceAccountKey {
  const key = readKey(base64 ?? '');
  if (typeof key === 'string') throw new Error(`a stored key ${key}`);
  return key;
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests */
function assertionOf({ email, keyId, privateKey }: ServiceAccountKey, audience: string, now: Date): string {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: email, scope, aud: audience, iat: issuedAt, exp: issuedAt + lifetimeSeconds };
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${encode(claims)}`;
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(privateKey, 'base64url')}`;
}

/** A token is asked for, and thrown away. The address inside the key is not used: whoever made the key chose it. */
export const gcp = defineProvider({
  name: 'gcp',
  title: 'Google Cloud',
  schema: z.strictObject({
    serviceAccountKeyBase64: z
      .string()
      .min(1)
      .max(16_384)
      .superRefine((base64, context) => {
        const fault = readKey(base64);
        if (typeof fault === 'string') context.addIssue({ code: 'custom', message: fault });
      })
      .meta({
        title: 'Service account key',
        description: 'The JSON file of a key, as Google Cloud gives it.',
        contentEncoding: 'base64',
        contentMediaType: 'application/json',
      }),
  }),
  secrets: ['serviceAccountKeyBase64'],
  endpoint: 'https://oauth2.googleapis.com',
  toEnvironment(fields) {
    const { json, projectId } = mustRead(fields['serviceAccountKeyBase64']);
    return variablesOnly({ GOOGLE_CREDENTIALS: json, GOOGLE_PROJECT: projectId, CLOUDSDK_CORE_PROJECT: projectId });
  },
  async validate(fields, { fetch, endpoint, signal, now }) {
    const key = mustRead(fields['serviceAccountKeyBase64']);
    const assertion = assertionOf(key, 'https://oauth2.googleapis.com/token', now);
    const { status, text } = await fetch({
      method: 'POST',
      url: `${endpoint}/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
      signal,
    });
    const answer = readJsonObject(text);
    if (status !== 200 || textAt(answer, 'access_token') === undefined)
      return refusedBy('Google Cloud', status, textAt(answer, 'error_description') ?? textAt(answer, 'error'));
    return { valid: true, message: 'Google Cloud gave a token for this key.', identity: key.email };
  },
});
