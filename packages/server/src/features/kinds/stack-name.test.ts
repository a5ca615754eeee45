import { describe, expect, test } from 'vitest';
import { deriveStackName, StackNameFault, stackFqdn, stackLabels } from './stack-name.ts';

const owner = { organization: 'Ada & Söhne', project: 'shop', environment: 'production' };
const nameOf = (labels: Record<string, string>) =>
  stackFqdn(deriveStackName({ kind: 'GcpCloudSql', name: 'production-db', labels }, owner));

describe('the name of a stack', () => {
  test('is derived from organization, project, environment, kind and name', () => {
    expect(nameOf({})).toBe('Ada-So-hne/shop/production.GcpCloudSql.production-db');
  });

  test('is what the label says', () => {
    expect(nameOf({ [stackLabels.fqdn]: 'org/project/env.GcpCloudSql.production-db' })).toBe(
      'org/project/env.GcpCloudSql.production-db',
    );
  });

  test('is put together from the labels of its parts, with what they do not say derived', () => {
    expect(nameOf({ [stackLabels.project]: 'other', [stackLabels.stack]: 'mine' })).toBe('Ada-So-hne/other/mine');
  });

  test.each([
    'org/project',
    'org/project/stack/more',
    'org/../stack',
    'org/project/..',
    'org//stack',
    'org/project/a b',
    'org/project/a..b',
    '../../etc/passwd',
    `org/project/${'x'.repeat(101)}`,
  ])('is not %s', (fqdn) => {
    expect(() => nameOf({ [stackLabels.fqdn]: fqdn })).toThrow(StackNameFault);
  });
});
