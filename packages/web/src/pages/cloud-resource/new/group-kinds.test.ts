import { expect, test } from 'vitest';
import type { Kind } from '../../../data/use-kinds.ts';
import { groupKinds } from './group-kinds.ts';

const kind = (name: string, provider: Kind['provider'], summary: string): Kind => ({
  name,
  provider,
  summary,
  module: null,
  hasSourceCredential: false,
  hasOwnSchema: false,
  updatedAt: null,
});
const kinds = [
  kind('GcpGcsBucket', 'gcp', 'A bucket of Cloud Storage'),
  kind('AwsS3Bucket', 'aws', 'A private bucket'),
  kind('AwsEcrRepo', 'aws', 'A registry of images'),
  kind('Own', null, ''),
];
const found = (search: string) =>
  groupKinds(kinds, search).map(({ title, kinds: own }) => [title, ...own.map(({ name }) => name)]);

test('kinds are grouped by provider, in the order of names', () => {
  expect(found('')).toEqual([
    ['AWS', 'AwsEcrRepo', 'AwsS3Bucket'],
    ['Google Cloud', 'GcpGcsBucket'],
    ['No provider', 'Own'],
  ]);
});

test('every word that is searched for must be somewhere: in the name, the summary or the provider', () => {
  expect(found('BUCKET')).toEqual([
    ['AWS', 'AwsS3Bucket'],
    ['Google Cloud', 'GcpGcsBucket'],
  ]);
  expect(found('google bucket')).toEqual([['Google Cloud', 'GcpGcsBucket']]);
  expect(found('nothing')).toEqual([]);
});
