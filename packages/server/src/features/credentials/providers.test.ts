import { CreateCredentialRequestSchema, CredentialProvider, CredentialProviderSchema } from '@davit/api/rpc';
import { expect, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { getProvider, providerNames } from './providers.ts';

const data = CreateCredentialRequestSchema.oneofs.find(({ name }) => name === 'credential_data');

test('the proto file has the providers of the API, and no others', () => {
  const numbers = CredentialProviderSchema.values.map(({ number }) => number).filter((number) => number !== 0);
  expect(numbers.map((number) => CredentialProvider[number]?.toLowerCase())).toEqual(providerNames);
  expect(data?.fields.map(({ name }) => name)).toEqual(providerNames);
});

test.each(providerNames)('the fields of %s are those of its message', (name) => {
  const message = data?.fields.find((field) => field.name === name)?.message;
  expect(message?.fields.map(({ localName }) => localName)).toEqual(Object.keys(getProvider(name).schema.shape));
});

test.each(providerNames)('a program gets the secrets of %s, and its own sample is of the right shape', (name) => {
  const provider = getProvider(name);
  const sample = credentialSamples[name];
  expect(provider.schema.safeParse(sample).success).toBe(true);
  const { variables, files } = provider.toEnvironment(sample);
  const given = [...Object.values(variables), ...Object.values(files).map(({ content }) => content)];
  for (const secret of provider.secrets) {
    const value = sample[secret];
    if (value === undefined) continue;
    const plain = secret.endsWith('Base64') ? Buffer.from(value, 'base64').toString('utf8') : value;
    expect(given).toContain(plain);
  }
});
