import { expect, test } from 'vitest';
import { fieldsOf, providerForms, toSentFields } from './provider-form.ts';

test('every provider has a title, and every field of it a label and a hint', () => {
  expect(providerForms).toHaveLength(11);
  for (const { name, title, fields } of providerForms) {
    expect(title, name).not.toBe(name);
    expect(fields.length, name).toBeGreaterThan(0);
    for (const field of fields) {
      expect(field.label, `${name}.${field.name}`).not.toBe(field.name);
      expect(field.hint, `${name}.${field.name}`).toBeTruthy();
    }
    expect(
      fields.some(({ isSecret }) => isSecret),
      name,
    ).toBe(true);
  }
});

test('what is secret is what the server seals, and what may be left out is not asked for', () => {
  const aws = fieldsOf('aws');
  expect(aws.filter(({ isSecret }) => isSecret).map(({ name }) => name)).toEqual(['secretAccessKey', 'sessionToken']);
  expect(aws.filter(({ isRequired }) => !isRequired).map(({ name }) => name)).toEqual(['region', 'sessionToken']);
});

test('a key file may be given as it is, or in base64', () => {
  expect(fieldsOf('gcp')[0]).toMatchObject({ isFile: true, isEncoded: true });
  const key = '{"client_email":"röbot"}';
  const encoded = Buffer.from(key).toString('base64');
  expect(toSentFields('gcp', { serviceAccountKeyBase64: key })).toEqual({ serviceAccountKeyBase64: encoded });
  expect(toSentFields('gcp', { serviceAccountKeyBase64: `${encoded}\n` })).toEqual({
    serviceAccountKeyBase64: encoded,
  });
  expect(toSentFields('snowflake', { privateKey: '-----BEGIN' })).toEqual({ privateKey: '-----BEGIN' });
});
