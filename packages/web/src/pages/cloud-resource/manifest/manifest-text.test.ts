import { expect, test } from 'vitest';
import { kindIn, manifestText } from './manifest-text.ts';

test('a stored manifest is written as people write it', () => {
  const spec = { tags: { team: 'blue', port: '80' }, note: 'a very long line '.repeat(8).trim() };
  const text = manifestText({ spec, kind: 'K', metadata: { name: 'a', labels: {} }, apiVersion: 'v1' });
  expect(text).toBe(
    `apiVersion: v1\nkind: K\nmetadata:\n  name: a\nspec:\n  tags:\n    team: blue\n    port: "80"\n  note: ${spec.note}\n`,
  );
  expect(manifestText({ kind: 'K', metadata: { name: 'a', labels: { x: 'y' } } })).toContain('labels:\n    x: y\n');
});

test('the kind is found in a text that is being written', () => {
  expect(kindIn('apiVersion: v1\nkind: AwsS3Bucket # mine\nmeta')).toBe('AwsS3Bucket');
  expect(kindIn('spec:\n  kind: Other\n')).toBeUndefined();
  expect(kindIn('kind: ')).toBeUndefined();
});
