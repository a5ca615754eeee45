import { AwsV4Signer } from 'aws4fetch';
import { z } from 'zod';
import { type CredentialFields, defineProvider, refusedBy, token, variablesOnly, word } from '../provider.ts';

const body = 'Action=GetCallerIdentity&Version=2011-06-15';
const defaultRegion = 'us-east-1';

/** An element of the answer; it is flat enough that no parser is needed, and nothing but its text is shown. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(xml)?.[1];
}

async function sign(fields: CredentialFields, url: string, now: Date) {
  const signer = new AwsV4Signer({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
    accessKeyId: fields['accessKeyId'] ?? '',
    secretAccessKey: fields['secretAccessKey'] ?? '',
    ...(fields['sessionToken'] === undefined ? {} : { sessionToken: fields['sessionToken'] }),
    service: 'sts',
    region: fields['region'] ?? defaultRegion,
    datetime: now.toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
  });
  return Object.fromEntries((await signer.sign()).headers);
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: needs no permission. */
export const aws = defineProvider({
  name: 'aws',
  title: 'AWS',
  schema: z.strictObject({
    accountId: word(/^\d{12}$/, 'the 12 digits of an AWS account').meta({
      title: 'Account',
      description: 'The 12 digits of the account.',
    }),
    accessKeyId: word(
      /^A[KS]IA[A-Z0-9]{12,124}$/,
      'an access key id: AKIA or ASIA, and capital letters and digits',
    ).meta({ title: 'Access key id', description: 'AKIA…, or ASIA… of temporary keys.' }),
    secretAccessKey: word(/^[A-Za-z0-9/+=]{40}$/, 'a secret access key: 40 letters, digits, / and +').meta({
      title: 'Secret access key',
      description: 'The 40 characters that belong to the access key id.',
    }),
    region: word(/^[a-z]{2}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/, 'a region, such as eu-central-1')
      .optional()
      .meta({ title: 'Region', description: 'Where it works unless a manifest says otherwise: eu-central-1.' }),
    sessionToken: token('a session token')
      .optional()
      .meta({ title: 'Session token', description: 'Of temporary keys only.' }),
  }),
  secrets: ['secretAccessKey', 'sessionToken'],
  endpoint: 'https://sts.{region}.amazonaws.com',
  toEnvironment: ({ accessKeyId, secretAccessKey, sessionToken, region }) =>
    variablesOnly({
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    }),
  async validate(fields, { fetch, endpoint, signal, now }) {
    const url = `${endpoint.replace('{region}', fields['region'] ?? defaultRegion)}/`;
    const { status, text } = await fetch({
      method: 'POST',
      url,
      headers: await sign(fields, url, now),
      body,
      signal,
    });
    if (status !== 200) return refusedBy('AWS', status, element(text, 'Message') ?? element(text, 'Code'));
    const account = element(text, 'Account');
    const identity = element(text, 'Arn');
    if (account !== fields['accountId'])
      return { valid: false, message: `These keys belong to the account ${account ?? '(unknown)'}.`, identity };
    return { valid: true, message: 'AWS knows these keys.', identity };
  },
});
