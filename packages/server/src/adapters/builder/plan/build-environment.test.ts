import type { BuildPlan } from '@davit/build-plan';
import { expect, test } from 'vitest';
import { artifactEnvironment, certificateEnvironment, pathOf, readableFolders } from './build-environment.ts';
import type { InstalledToolchain } from './toolchain.ts';

const plan: BuildPlan = {
  language: 'node',
  framework: null,
  packageManager: 'npm',
  rootFolder: 'apps/web',
  toolchains: [],
  steps: [],
  processes: [],
  release: null,
  staticSite: null,
  environment: { NODE_ENV: 'production', LANG: 'de_DE.UTF-8' },
  pathFolders: ['node_modules/.bin', '/opt/tool/bin'],
  reasons: [],
  warnings: [],
};
const tool = (name: InstalledToolchain['name'], readable: string[]): InstalledToolchain => ({
  name,
  version: '1.0.0',
  binFolders: [`/tools/${name}/bin`],
  readable,
});

test('PATH has the programs of the source first, then its toolchains, then the system', () => {
  const path = pathOf(plan, '/release', [tool('node', []), tool('npm', [])]).split(':');
  expect(path.slice(0, 5)).toEqual([
    '/release/apps/web/node_modules/.bin',
    '/opt/tool/bin',
    '/tools/node/bin',
    '/tools/npm/bin',
    '/usr/local/sbin',
  ]);
  expect(path.at(-1)).toBe('/bin');
});

test('an artifact gets the environment of its plan, and the PATH that it was built with', () => {
  expect(artifactEnvironment(plan, '/release', [])).toEqual({
    NODE_ENV: 'production',
    LANG: 'de_DE.UTF-8',
    PATH: pathOf(plan, '/release', []),
  });
});

test('every tool is told about the certificates of a company, each by its own name for them', () => {
  expect(certificateEnvironment(undefined)).toEqual({});
  const told = certificateEnvironment('/etc/company.pem');
  expect(Object.keys(told)).toEqual(expect.arrayContaining(['NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'SSL_CERT_FILE']));
  expect(new Set(Object.values(told))).toEqual(new Set(['/etc/company.pem']));
});

test('folders that several toolchains need are shown once', () => {
  expect(readableFolders([tool('go', ['/opt/a', '/opt/b']), tool('rust', ['/opt/b'])])).toEqual(['/opt/a', '/opt/b']);
});
