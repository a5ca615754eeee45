import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { defineProvider, readJsonObject, refusedBy, textAt, variablesOnly, word } from '../provider.ts';

const path = '/api/atlas/v2/orgs?itemsPerPage=1';
const accept = 'application/vnd.atlas.2023-01-01+json';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A parameter of a challenge, quoted or not. */
function parameter(challenge: string, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`[ ,]${name}=(?:"([^"]{0,500})"|([^ ,]{1,100}))`, 'i').exec(challenge) ?? [];
  return quoted ?? bare;
}

/** RFC 7616 with MD5 and `auth`, which is what Atlas asks for. */
function answerChallenge(challenge: string, user: string, password: string): string | undefined {
  const realm = parameter(challenge, 'realm');
  const nonce = parameter(challenge, 'nonce');
  if (!/^Digest /i.test(challenge) || realm === undefined || nonce === undefined) return undefined;
  const [cnonce, count] = [randomBytes(16).toString('hex'), '00000001'];
  const response = md5(
    [md5(`${user}:${realm}:${password}`), nonce, count, cnonce, 'auth', md5(`GET:${path}`)].join(':'),
  );
  const opaque = parameter(challenge, 'opaque');
  const parts = [
    `username="${user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${path}"`,
    `qop=auth, nc=${count}, cnonce="${cnonce}"`,
    `response="${response}"`,
    'algorithm=MD5',
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ];
  return `Digest ${parts.join(', ')}`;
}

/** https://www.mongodb.com/docs/atlas/api/api-authentication/ */
export const mongodbAtlas = defineProvider({
  name: 'mongodb_atlas',
  title: 'MongoDB Atlas',
  schema: z.strictObject({
    publicKey: word(/^[A-Za-z0-9]{6,64}$/, 'the public half of an API key: letters and digits').meta({
      title: 'Public key',
      description: 'The public half of the API key.',
    }),
    privateKey: word(/^[A-Za-z0-9-]{8,128}$/, 'the private half of an API key: letters, digits and -').meta({
      title: 'Private key',
      description: 'The private half of the API key.',
    }),
  }),
  secrets: ['privateKey'],
  endpoint: 'https://cloud.mongodb.com',
  toEnvironment: ({ publicKey, privateKey }) =>
    variablesOnly({ MONGODB_ATLAS_PUBLIC_KEY: publicKey, MONGODB_ATLAS_PRIVATE_KEY: privateKey }),
  async validate({ publicKey = '', privateKey = '' }, { fetch, endpoint, signal }) {
    const request = { method: 'GET', url: `${endpoint}${path}`, signal } as const;
    const first = await fetch({ ...request, headers: { accept } });
    const authorization = answerChallenge(first.headers['www-authenticate'] ?? '', publicKey, privateKey);
    if (authorization === undefined) return refusedBy('MongoDB Atlas', first.status, 'it asked for no digest');
    const { status, text } = await fetch({ ...request, headers: { accept, authorization } });
    if (status !== 200) return refusedBy('MongoDB Atlas', status, textAt(readJsonObject(text), 'detail'));
    const identity = textAt(readJsonObject(text), 'results', 0, 'name');
    return { valid: true, message: 'MongoDB Atlas knows this key.', identity };
  },
});
