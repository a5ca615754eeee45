import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltInKind, loadBuiltInKinds } from '@davit/modules';
import { beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../kernel/app-error.ts';
import type { Kind } from './kind.ts';
import { orderManifests } from './manifest-graph.ts';
import { readManifests } from './read-manifests.ts';

let builtIn: BuiltInKind[];
let kinds: Map<string, Kind>;
beforeAll(async () => {
  builtIn = await loadBuiltInKinds();
  kinds = new Map(
    builtIn.map(({ definition, folder }) => [
      definition.name,
      {
        ...definition,
        module: { type: 'built-in', folder },
        hasSourceCredential: false,
        hasOwnSchema: false,
        updatedAt: null,
      },
    ]),
  );
});

const bucket = (name: string, spec: string) =>
  `apiVersion: v1\nkind: AwsS3Bucket\nmetadata:\n  name: ${name}\nspec:\n${spec}`;
const plain = '  region: eu-central-1\n';
const from = (name: string) =>
  `${plain}  bucketName:\n    valueFrom: { kind: AwsS3Bucket, name: ${name}, fieldPath: status.outputs.bucketName }\n`;

function faultsOf(text: string): string[] {
  try {
    orderManifests(readManifests(text, kinds));
  } catch (error) {
    const { code, fields } = AppError.from(error);
    expect(code).toBe('MANIFEST_INVALID');
    return fields.map(({ detail }) => detail);
  }
  throw new Error('was accepted');
}

test('every sample of a built-in kind can be read, and is of its kind', async () => {
  expect(builtIn.length).toBeGreaterThan(0);
  for (const { definition, folder } of builtIn) {
    const read = readManifests(await readFile(join(folder, 'sample.yaml'), 'utf8'), kinds);
    expect(read.map(({ kind }) => kind.name)).toEqual([definition.name]);
  }
});

describe('a manifest', () => {
  test('is kept as it was written, without the defaults of its kind', () => {
    const [read] = readManifests(bucket('a', plain), kinds);
    expect(read?.manifest).toEqual({
      apiVersion: 'v1',
      kind: 'AwsS3Bucket',
      metadata: { name: 'a', labels: {} },
      spec: { region: 'eu-central-1' },
    });
  });

  test('may be one of several, and empty documents are none', () => {
    const text = `---\n${bucket('a', plain)}---\n---\n# nothing\n---\n${bucket('b', plain)}`;
    expect(readManifests(text, kinds).map(({ manifest }) => manifest.metadata.name)).toEqual(['a', 'b']);
  });

  test.each([
    [
      'an unknown kind',
      'apiVersion: v1\nkind: AwsS3Bukket\nmetadata: { name: a }\n',
      'line 2, column 7, kind: there is no kind "AwsS3Bukket"; did you mean "AwsS3Bucket"?',
    ],
    [
      'no name',
      'apiVersion: v1\nkind: AwsS3Bucket\nmetadata: {}\nspec: { region: eu-central-1 }\n',
      'line 3, column 11, metadata.name: is missing',
    ],
    [
      'a name of no use',
      bucket('../x', plain),
      'line 4, column 9, metadata.name: lower-case letters, digits and dashes, at most 63',
    ],
    [
      'an unknown field',
      bucket('a', '  regoin: eu-central-1\n'),
      'line 6, column 3, spec.regoin: there is no such field; did you mean "region"?',
    ],
    [
      'an unknown field of the envelope',
      `${bucket('a', plain)}status: {}\n`,
      'line 7, column 1, status: there is no such field',
    ],
    ['a missing field', bucket('a', '  versioning: true\n'), 'line 6, column 3, spec.region: is missing'],
    [
      'a wrong type',
      bucket('a', `${plain}  versioning: 7\n`),
      'line 7, column 15, spec.versioning: Invalid input: expected boolean, received number',
    ],
    [
      'another version of the API',
      bucket('a', plain).replace('v1', 'v2'),
      'line 1, column 13, apiVersion: "v1", or GROUP/v1 such as aws.project-planton.org/v1',
    ],
    [
      'a reference to an unknown kind',
      bucket('a', from('b').replace('AwsS3Bucket', 'Nothing')),
      'line 8, column 24, spec.bucketName.valueFrom.kind: there is no kind "Nothing"',
    ],
    [
      'a reference without a name',
      bucket('a', `${plain}  bucketName: { valueFrom: { kind: AwsS3Bucket, fieldPath: x } }\n`),
      'line 7, column 28, spec.bucketName.valueFrom.name: Invalid input: expected string, received undefined',
    ],
    [
      'a forbidden name',
      bucket('a', `${plain}  __proto__: { a: 1 }\n`),
      'line 7, column 3, __proto__: this is no name for a field',
    ],
    ['a key that is no text', bucket('a', `${plain}  ? [a]\n  : 1\n`), 'line 7, column 5: a field name must be a text'],
    [
      'a number that cannot be kept',
      bucket('a', `${plain}  x: .inf\n`),
      'line 7, column 6: this number cannot be kept',
    ],
    ['a key twice', bucket('a', `${plain}${plain}`), 'line 7, column 3: Map keys must be unique'],
    [
      'no YAML',
      'a: [1\n',
      'line 2, column 1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'an unknown tag',
      bucket('a', '  region: !!js/function "x"\n'),
      'line 6, column 11: Unresolved tag: tag:yaml.org,2002:js/function',
    ],
    ['nothing', '# empty\n', 'line 1, column 1: there is no manifest in it'],
    ['a list', '- a\n', 'line 1, column 1: Invalid input: expected object, received array'],
  ])('with %s is refused at its place', (_, text, fault) => {
    expect(faultsOf(text)).toContain(fault);
  });

  test('is told all its faults at once', () => {
    expect(faultsOf(bucket('A', '  regoin: x\n  versioning: 7\n'))).toHaveLength(4);
  });
});

describe('a text that would cost too much', () => {
  test.each([
    ['by its size', '#'.repeat(300_000), /larger than 256 KiB/],
    ['by its brackets', `a: ${'['.repeat(100_000)}`, /line 1, column 54: it is nested more than 50 deep/],
    ['by its dashes', `${'- '.repeat(10_000)}a`, /nested more than 50 deep/],
    ['by its aliases', `a: &a [1]\nb: [${'*a, '.repeat(200)}]\n`, /more than 100 aliases/],
    ['by what its aliases grow to', aliasBomb(), /aliases make it larger/],
    [
      'by aliases of a long text',
      `a: &a "${'x'.repeat(100_000)}"\nb: [${Array(60).fill('*a').join(', ')}]\n`,
      /aliases make it larger/,
    ],
    ['by aliases in a circle', 'a: &a { b: *a }\n', /aliases/],
    ['by its documents', '---\na: 1\n'.repeat(300), /more than 200 documents/],
  ])('%s is refused', (_, text, message) => {
    expect(faultsOf(text)[0]).toMatch(message);
  });
});

function aliasBomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, level) =>
      `l${level}: &l${level} [${Array(9)
        .fill(`*l${level - 1}`)
        .join(', ')}]`,
  );
  return [`l0: &l0 [${Array(9).fill('lol').join(', ')}]`, ...levels.slice(1)].join('\n');
}

describe('several manifests', () => {
  const names = (text: string) =>
    orderManifests(readManifests(text, kinds)).map((wave) => wave.map(({ manifest }) => manifest.metadata.name));

  test('are ordered by what they take from each other, in waves', () => {
    const text = [bucket('c', from('b')), bucket('b', from('a')), bucket('a', plain), bucket('d', plain)].join('---\n');
    expect(names(text)).toEqual([['a', 'd'], ['b'], ['c']]);
  });

  test('may take values of resources that are not among them', () => {
    expect(names(bucket('b', from('there-already')))).toEqual([['b']]);
  });

  test('of which two have one name are refused', () => {
    expect(faultsOf(`${bucket('a', plain)}---\n${bucket('a', plain)}`)).toEqual([
      'line 11, column 9, metadata.name: AwsS3Bucket/a is in this text twice',
    ]);
  });

  test('that refer to each other in a circle are refused, at the reference that closes it', () => {
    const text = [bucket('a', from('b')), bucket('b', from('c')), bucket('c', from('a'))].join('---\n');
    expect(faultsOf(text)).toEqual([
      'line 26, column 5, spec.bucketName: these refer to each other in a circle: AwsS3Bucket/a → AwsS3Bucket/b → AwsS3Bucket/c → AwsS3Bucket/a',
    ]);
  });
});
