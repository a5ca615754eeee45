import { describe, expect, test } from 'vitest';
import type { ServiceSource } from '../services/index.ts';
import type { DeploymentSource } from './deployment.ts';
import { isSourceChanged } from './source-comparison.ts';

const git = (fields: object = {}) => ({
  type: 'git' as const,
  url: 'https://example.org/shop.git',
  reference: null,
  rootFolder: '',
  submodules: false,
  lfs: false,
  knownHosts: null,
  ...fields,
});
const deployedGit = (commitSha: string | null, fields: object = {}) => ({
  source: { ...git(fields), onlyIfChanged: false } as DeploymentSource,
  commitSha,
});
const upload = (uploadId: string, rootFolder = '') => ({
  source: { type: 'upload' as const, uploadId, rootFolder, onlyIfChanged: false },
  commitSha: null,
});
const none = new Map<string, string>();

describe('a source from Git', () => {
  test('is the same when the same commit of the same place serves', () => {
    expect(isSourceChanged(git() as ServiceSource, deployedGit('a'), deployedGit('a'), none)).toBe(false);
  });

  test.each([{ url: 'https://example.org/other.git' }, { reference: { branch: 'next' } }, { rootFolder: 'api' }])(
    'is another when the service says %j now',
    (fields) => {
      expect(isSourceChanged(git(fields) as ServiceSource, deployedGit('a'), undefined, none)).toBe(true);
    },
  );

  test('is another when a later deployment fetched another commit, as after a failure or a rollback', () => {
    expect(isSourceChanged(git() as ServiceSource, deployedGit('a'), deployedGit('b'), none)).toBe(true);
  });

  test('is the same when a later deployment was of another branch, or fetched nothing', () => {
    const elsewhere = deployedGit('b', { reference: { branch: 'next' } });
    expect(isSourceChanged(git() as ServiceSource, deployedGit('a'), elsewhere, none)).toBe(false);
    expect(isSourceChanged(git() as ServiceSource, deployedGit('a'), deployedGit(null), none)).toBe(false);
  });
});

describe('a source from uploads', () => {
  const service: ServiceSource = { type: 'upload', rootFolder: '' };

  test('is the same when the newest upload has the same bytes', () => {
    const digests = new Map([
      ['one', 'x'],
      ['two', 'x'],
    ]);
    expect(isSourceChanged(service, upload('one'), upload('two'), digests)).toBe(false);
    expect(isSourceChanged(service, upload('one'), upload('one'), none)).toBe(false);
  });

  test('is another when the bytes or the folder in them are others, or nobody knows', () => {
    const digests = new Map([
      ['one', 'x'],
      ['two', 'y'],
    ]);
    expect(isSourceChanged(service, upload('one'), upload('two'), digests)).toBe(true);
    expect(isSourceChanged(service, upload('one'), upload('two'), none)).toBe(true);
    expect(isSourceChanged({ ...service, rootFolder: 'api' }, upload('one'), upload('one'), none)).toBe(true);
    expect(isSourceChanged(service, deployedGit('a'), upload('one'), none)).toBe(true);
  });
});
