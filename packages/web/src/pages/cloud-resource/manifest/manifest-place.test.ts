import { describe, expect, test } from 'vitest';
import { fieldAt, fieldsBeside, ITEM, placeOf } from './manifest-place.ts';

const manifest = `apiVersion: v1
kind: AwsS3Bucket
metadata:
  name: photos
  labels:
    team: "blue: sky"
spec:
  # the region
  region: eu-central-1
  rules:
    - prefix: logs/
      days: 30

    - prefix: tmp/
  tags:
    team: x
`;

/** As if somebody wrote this at the end of the manifest. */
const at = (text: string) => placeOf(`${manifest}${text}`);

describe('where somebody writes in a manifest', () => {
  test('is the name of a field, by how far it is indented', () => {
    expect(placeOf('ki')).toEqual({ path: [], key: undefined, typed: 'ki', column: 0 });
    expect(at('  ver')).toMatchObject({ path: ['spec'], key: undefined, typed: 'ver', column: 2 });
    expect(at('    own')).toMatchObject({ path: ['spec', 'tags'], typed: 'own' });
    expect(at('  ')).toMatchObject({ path: ['spec'], typed: '' });
  });

  test('is the value of a field', () => {
    expect(at('  versioning: tr')).toMatchObject({ path: ['spec'], key: 'versioning', typed: 'tr' });
    expect(at('  versioning: ')).toMatchObject({ path: ['spec'], key: 'versioning', typed: '' });
    expect(placeOf('kind: Aws')).toMatchObject({ path: [], key: 'kind', typed: 'Aws' });
  });

  test('is within an element of a list, on the line of its dash and below', () => {
    const list = 'spec:\n  rules:\n';
    const item = { path: ['spec', 'rules', ITEM] };
    expect(placeOf(`${list}    - pre`)).toMatchObject({ ...item, typed: 'pre', column: 6 });
    expect(placeOf(`${list}    - prefix: a\n      da`)).toMatchObject({ ...item, typed: 'da' });
    expect(placeOf(`${list}    - prefix: a\n    - `)).toMatchObject({ ...item, typed: '' });
    // A list may stand as far left as its own name.
    expect(placeOf(`spec:\n  rules:\n  - prefix: a\n    da`)).toMatchObject({ ...item, typed: 'da' });
    expect(placeOf(`${list}    - when:\n        - on`)).toMatchObject({ path: ['spec', 'rules', ITEM, 'when', ITEM] });
  });

  test('is in the document that it stands in', () => {
    expect(at('---\nspe')).toMatchObject({ path: [], typed: 'spe' });
  });
});

test('a line tells which field it sets', () => {
  const lines = manifest.split('\n');
  const fieldOf = (text: string) =>
    fieldAt(
      lines,
      lines.findIndex((line) => line.includes(text)),
    );
  expect(fieldOf('days: 30')).toEqual(['spec', 'rules', ITEM, 'days']);
  expect(fieldOf('team: "blue')).toEqual(['metadata', 'labels', 'team']);
  expect(fieldOf('# the region')).toBeUndefined();
});

test('fields that an object has already are known, those of its neighbours are not meant', () => {
  const [before, after] = ['spec:\n  region: a\n  rules:\n    - days: 1\n  ', '\n  tags:\n    team: x\n'];
  expect([...fieldsBeside(before, after)].sort()).toEqual(['region', 'rules', 'tags']);
  expect([...fieldsBeside('rules:\n  - prefix: a\n  - days: 1\n    ', '\n  - other: 2')]).toEqual(['days']);
});
