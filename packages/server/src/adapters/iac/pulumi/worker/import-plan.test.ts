import { describe, expect, test } from 'vitest';
import { type PlannedResource, planImport } from './import-plan.ts';

const urnOf = (types: string, name: string) => `urn:pulumi:s::p::${types}::${name}`;
const stack = urnOf('pulumi:pulumi:Stack', 'p-s');
const component = urnOf('my:c:Shop', 'shop');
const provider = urnOf('my:c:Shop$pulumi:providers:aws', 'aws');
const bucket = urnOf('my:c:Shop$aws:s3:Bucket', 'files');
const table = urnOf('aws:db:Table', 'rows');

const resource = (urn: string, type: string, changes: Partial<PlannedResource> = {}): PlannedResource => ({
  urn,
  type,
  custom: true,
  parent: stack,
  provider: '',
  ...changes,
});
const planned = [
  resource(stack, 'pulumi:pulumi:Stack', { custom: false, parent: '' }),
  resource(component, 'my:c:Shop', { custom: false }),
  resource(provider, 'pulumi:providers:aws', { parent: component }),
  resource(bucket, 'aws:s3:Bucket', { parent: component, provider: `${provider}::some-id` }),
  resource(table, 'aws:db:Table'),
];

describe('an import', () => {
  test('takes a resource with what it is part of and its provider, and with nothing else', () => {
    const { ids, targets } = planImport({ files: 'real-files' }, planned, []);
    expect([...ids]).toEqual([[bucket, 'real-files']]);
    expect(targets).toEqual([bucket, component, provider]);
  });

  test('needs no name where the program makes one resource', () => {
    const one = planned.filter(({ urn }) => urn !== table);
    expect([...planImport({ '': 'real-files' }, one, []).ids]).toEqual([[bucket, 'real-files']]);
  });

  test('leaves what the stack has under this id', () => {
    const state = [{ urn: bucket, type: 'aws:s3:Bucket', id: 'real-files' }];
    expect(planImport({ files: 'real-files' }, planned, state)).toMatchObject({ there: ['files'], targets: [] });
  });

  test.each([
    ['a name that the program has not', { nothing: 'x' }, 'no resource "nothing". It makes: files, rows.'],
    ['no name where there are several', { '': 'x' }, 'say which one is meant. It makes: files, rows.'],
    ['a component', { shop: 'x' }, 'no resource "shop"'],
    ['a provider', { aws: 'x' }, 'no resource "aws"'],
  ])('of %s says what there is', (_, wanted, message) => {
    expect(() => planImport(wanted, planned, [])).toThrow(message);
  });

  test('of a name that two resources have says that they cannot be told apart', () => {
    const twins = [...planned, resource(urnOf('aws:s3:Bucket', 'files'), 'aws:s3:Bucket')];
    expect(() => planImport({ files: 'x' }, twins, [])).toThrow('cannot be told apart');
  });

  test('of what the stack has under another id is refused', () => {
    const state = [{ urn: bucket, type: 'aws:s3:Bucket', id: 'another' }];
    expect(() => planImport({ files: 'x' }, planned, state)).toThrow('has "files" already, with the id another');
  });

  test('into a program that makes nothing says so', () => {
    expect(() => planImport({ files: 'x' }, planned.slice(0, 3), [])).toThrow('nothing that can be imported');
  });
});
