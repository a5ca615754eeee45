import { expect, test } from 'vitest';
import { firstManifest } from './first-manifest.ts';

test('a new manifest is the sample of its kind, else all that must be there', () => {
  const field = { type: 'string', description: '' };
  const fields = [
    { ...field, path: 'region', required: true },
    { ...field, path: 'size', required: true, default: 2 },
    { ...field, path: 'tags', required: false },
    { ...field, path: 'rules[].days', required: true },
  ];
  expect(firstManifest({ name: 'K', sample: 'kind: K\n', fields })).toBe('kind: K\n');
  expect(firstManifest({ name: 'S3Buckets', sample: null, fields })).toBe(
    'apiVersion: v1\nkind: S3Buckets\nmetadata:\n  name: my-s3-buckets\nspec:\n  region: \n  size: 2\n',
  );
  expect(firstManifest({ name: 'Own', sample: null, fields: [] })).toContain('spec: {}');
});
