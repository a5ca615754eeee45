import { describe, expect, test } from 'vitest';
import { type PlanInWords, planOf, problemOf } from '../../../test/support/plan-of.ts';
import type { Tree } from '../../../test/support/source-tree.ts';

const NPM_LOCK = { 'package-lock.json': { lockfileVersion: 3 } };
const express = { dependencies: { express: '5.0.0' }, scripts: { start: 'node server.js' } };

const cases: [string, Tree, Partial<PlanInWords>][] = [
  [
    'without dependencies nothing is installed, and node runs the script itself',
    { 'package.json': { scripts: { start: 'node server.js' } } },
    { needs: ['node 24.x < default'], install: [], build: [], start: { web: 'node server.js' }, cached: [] },
  ],
  [
    'a lockfile without dependencies still installs nothing',
    { 'package.json': { scripts: { start: 'node server.js' } }, ...NPM_LOCK },
    { install: [], start: { web: 'node server.js' } },
  ],
  [
    'npm with a lockfile',
    { 'package.json': express, ...NPM_LOCK },
    { install: ['npm ci --include=dev --no-audit --no-fund'], cached: ['exact node_modules'] },
  ],
  [
    'npm-shrinkwrap.json is a lockfile of npm',
    { 'package.json': express, 'npm-shrinkwrap.json': {} },
    { install: ['npm ci --include=dev --no-audit --no-fund'] },
  ],
  [
    'dependencies without a lockfile are installed every time',
    { 'package.json': express },
    { install: ['npm install --include=dev --no-audit --no-fund'], cached: ['incremental node_modules'] },
  ],
  [
    'pnpm by its lockfile, in the version that keeps its format',
    { 'package.json': express, 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" },
    {
      needs: ['node 24.x < default', 'pnpm 8.x < pnpm-lock.yaml version 6.0'],
      install: ['pnpm install --frozen-lockfile --prod=false'],
    },
  ],
  [
    'pnpm by packageManager, in exactly that version',
    {
      'package.json': { ...express, packageManager: 'pnpm@9.15.0+sha512.abc' },
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    },
    { needs: ['node 24.x < default', 'pnpm 9.15.0 < package.json packageManager'] },
  ],
  [
    'classic Yarn by the header of its lockfile',
    { 'package.json': express, 'yarn.lock': '# yarn lockfile v1\n' },
    {
      needs: ['node 24.x < default', 'yarn 1.22.x < yarn.lock'],
      install: ['yarn install --frozen-lockfile --production=false --non-interactive'],
    },
  ],
  [
    'modern Yarn with node_modules',
    {
      'package.json': express,
      'yarn.lock': '__metadata:\n  version: 8\n',
      '.yarnrc.yml': 'nodeLinker: node-modules\n',
    },
    {
      needs: ['node 24.x < default', 'yarn 4.x < yarn.lock version 8'],
      install: ['yarn install --immutable'],
      start: { web: 'node server.js' },
      cached: ['exact node_modules'],
    },
  ],
  [
    "modern Yarn with Plug'n'Play starts through yarn and keeps its archives",
    { 'package.json': express, 'yarn.lock': '__metadata:\n  version: 6\n' },
    {
      needs: ['node 24.x < default', 'yarn 3.x < yarn.lock version 6'],
      start: { web: 'yarn run start' },
      cached: ['incremental .yarn/cache', 'incremental .yarn/unplugged'],
    },
  ],
  [
    'Yarn that the repository brings along is the one that runs',
    {
      'package.json': express,
      'yarn.lock': '__metadata:\n  version: 8\n',
      '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.1.0.cjs\nnodeLinker: node-modules\n',
      '.yarn/releases/yarn-4.1.0.cjs': '',
    },
    { needs: ['node 24.x < default'], install: ['node .yarn/releases/yarn-4.1.0.cjs install --immutable'] },
  ],
  [
    'bun by its lockfile',
    { 'package.json': express, 'bun.lock': '{}' },
    { needs: ['node 24.x < default', 'bun 1.x < default'], install: ['bun install --frozen-lockfile'] },
  ],
  [
    'a build script',
    { 'package.json': { ...express, scripts: { build: 'tsc', start: 'node dist/main.js' } }, ...NPM_LOCK },
    { build: ['npm run build'], start: { web: 'node dist/main.js' } },
  ],
  [
    'a start script that needs a shell is run by the package manager',
    { 'package.json': { scripts: { start: 'node migrate.js && node server.js' } } },
    { start: { web: 'npm run start' } },
  ],
  [
    'a start script with a script before it is run by the package manager',
    { 'package.json': { scripts: { prestart: 'node check.js', start: 'node server.js' } } },
    { start: { web: 'npm run start' } },
  ],
  [
    'the script for production counts for more than the plain one',
    { 'package.json': { scripts: { start: 'node --watch a.js', 'start:prod': 'node b.js' } } },
    { start: { web: 'node b.js' } },
  ],
  [
    'main, when there is no start script',
    { 'package.json': { main: './lib/web.js' }, 'lib/web.js': '' },
    { start: { web: 'node ./lib/web.js' } },
  ],
  [
    'main that the build makes',
    { 'package.json': { main: 'dist/server.js', scripts: { build: 'tsc' } } },
    { build: ['npm run build'], start: { web: 'node dist/server.js' } },
  ],
  [
    'server.js beside a package.json that says nothing',
    { 'package.json': {}, 'server.js': '', 'index.js': '' },
    { start: { web: 'node server.js' } },
  ],
  ['index.js without a package.json', { 'index.js': '' }, { install: [], start: { web: 'node index.js' } }],
  ['TypeScript runs as it is', { 'package.json': {}, 'src/server.ts': '' }, { start: { web: 'node src/server.ts' } }],
  ['TypeScript without a package.json', { 'main.ts': '' }, { start: { web: 'node main.ts' } }],
];

describe('Node', () => {
  test.each(cases)('%s', async (_name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language: 'node', ...expected });
  });

  test('services run as production, and development dependencies are there for the build all the same', async () => {
    const { plan } = await planOf({ 'package.json': express, ...NPM_LOCK });
    expect(plan.environment).toEqual({ NODE_ENV: 'production' });
    expect(plan.steps[0]?.environment).not.toHaveProperty('NODE_ENV');
    expect(plan.steps[0]?.commands[0]).toContain('--include=dev');
    expect(plan.pathFolders).toEqual(['node_modules/.bin']);
  });

  test('npm comes along where it is needed, in a version for that Node, and only there', async () => {
    const needs = async (tree: Tree) => (await planOf(tree)).needs;
    const project = { 'package.json': express, ...NPM_LOCK };
    expect(await needs(project)).toEqual(['node 24.x < default', 'npm 11.x < fits node 24.x']);
    expect(await needs({ ...project, '.nvmrc': '18' })).toEqual(['node 18.x < .nvmrc', 'npm 10.x < fits node 18.x']);
    expect(await needs({ ...project, '.nvmrc': '20.5.0' })).toContain('npm 10.x < fits node 20.5.0');
    expect(await needs({ ...project, 'package.json': { ...express, packageManager: 'npm@10.9.0' } })).toContain(
      'npm 10.9.0 < package.json packageManager',
    );
    const bare = { 'package.json': { scripts: { start: 'node server.js' } } };
    expect(await needs(bare)).toEqual(['node 24.x < default']);
    expect(await needs({ ...bare, Procfile: 'web: npm start' })).toContain('npm 11.x < fits node 24.x');
    const pnpm = {
      'package.json': { ...express, scripts: { start: 'node a.js', build: 'npm run x' } },
      'pnpm-lock.yaml': '',
    };
    expect(await needs(pnpm)).toContain('npm 11.x < fits node 24.x');
  });

  test('what the install reads decides whether it is reused', async () => {
    const { plan } = await planOf({
      'package.json': { ...express, dependencies: { '@prisma/client': '6.0.0' } },
      ...NPM_LOCK,
      '.npmrc': '',
      'patches/a.patch': '',
      'prisma/schema.prisma': '',
    });
    expect(plan.steps[0]?.cacheInputs).toEqual(['package-lock.json', 'package.json', '.npmrc', 'patches', 'prisma']);
  });

  test("a project's own install script may read anything, so the whole source decides", async () => {
    const withScript = (script: string) => ({
      'package.json': { ...express, scripts: { postinstall: script } },
      'index.js': '',
      ...NPM_LOCK,
    });
    expect((await planOf(withScript('node generate.js'))).plan.steps[0]?.cacheInputs).toContain('.');
    expect((await planOf(withScript('husky'))).plan.steps[0]?.cacheInputs).not.toContain('.');
  });

  test('what is likely not meant is said', async () => {
    const warnings = async (tree: Tree) => (await planOf(tree)).plan.warnings.join(' ');
    expect(await warnings({ 'package.json': express })).toContain('no lockfile');
    expect(await warnings({ 'package.json': express, ...NPM_LOCK, 'yarn.lock': '' })).toContain('Several lockfiles');
    expect(await warnings({ 'package.json': { ...express, packageManager: 'pnpm@9.0.0' }, ...NPM_LOCK })).toContain(
      'npm installs',
    );
    expect(await warnings({ 'package.json': { scripts: { start: 'serve -l 3000' } } })).toContain('fixes port 3000');
    expect(await warnings({ 'package.json': { scripts: { start: 'nodemon app.js' } } })).toContain('development');
  });

  test('a library has nothing to start', async () => {
    const problem = await problemOf({ 'package.json': { name: 'left-pad' }, 'lib/pad.js': '' });
    expect(problem).toMatchObject({ code: 'PLAN_NO_START', hint: expect.stringContaining('"start"') });
  });

  test('TypeScript needs a Node that runs it', async () => {
    const problem = await problemOf({ 'main.ts': '', '.nvmrc': '18' });
    expect(problem).toMatchObject({ code: 'PLAN_NO_START', path: 'main.ts' });
  });
});

describe('the wanted version of Node', () => {
  const bare = { 'package.json': {}, 'server.js': '' };
  const versions: [string, Tree, string][] = [
    ['.nvmrc, exactly', { ...bare, '.nvmrc': 'v20.11.1\n' }, 'node 20.11.1 < .nvmrc'],
    ['.nvmrc, a line', { ...bare, '.nvmrc': '22' }, 'node 22.x < .nvmrc'],
    ['.nvmrc, a name', { ...bare, '.nvmrc': 'lts/iron' }, 'node 20.x < .nvmrc'],
    ['.nvmrc, the newest with long-term support', { ...bare, '.nvmrc': 'lts/*' }, 'node 24.x < .nvmrc'],
    ['.nvmrc before .node-version', { ...bare, '.nvmrc': '22', '.node-version': '20' }, 'node 22.x < .nvmrc'],
    [
      '.node-version before package.json',
      { ...bare, '.node-version': '20.1', 'package.json': { engines: { node: '22' } } },
      'node 20.1.x < .node-version',
    ],
    [
      '.tool-versions',
      { ...bare, '.tool-versions': 'ruby 3.2.0\nnodejs 21.7.3 # note\n' },
      'node 21.7.3 < .tool-versions',
    ],
    ['mise.toml', { ...bare, 'mise.toml': '[tools]\nnode = "23"\n' }, 'node 23.x < mise.toml'],
    [
      'engines, a line',
      { ...bare, 'package.json': { engines: { node: '22.x' } } },
      'node 22.x < package.json engines (22.x)',
    ],
    [
      'engines, an open range, becomes the line that is at hand',
      { ...bare, 'package.json': { engines: { node: '>=18' } } },
      'node 24.x < package.json engines (>=18)',
    ],
    [
      'engines, several lines',
      { ...bare, 'package.json': { engines: { node: '^20.9 || ^24.1' } } },
      'node ^24.1 < package.json engines (^20.9 || ^24.1)',
    ],
    [
      'engines, older lines only',
      { ...bare, 'package.json': { engines: { node: '^18 || ^20' } } },
      'node ^18 || ^20 < package.json engines (^18 || ^20)',
    ],
    [
      'volta before engines',
      { ...bare, 'package.json': { volta: { node: '20.2.0' }, engines: { node: '22' } } },
      'node 20.2.0 < package.json volta (20.2.0)',
    ],
    [
      'devEngines',
      { ...bare, 'package.json': { devEngines: { runtime: { name: 'node', version: '^22.3.0' } } } },
      'node ^22.3.0 < package.json devEngines (^22.3.0)',
    ],
    ["nvm's system is the default", { ...bare, '.nvmrc': 'system' }, 'node 24.x < default'],
  ];
  test.each(versions)('%s', async (_name, tree, expected) => {
    expect((await planOf(tree)).needs).toEqual([expected]);
  });

  test('a version that is none is an error that names the file', async () => {
    expect(await problemOf({ ...bare, '.nvmrc': 'the new one' })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
      path: '.nvmrc',
    });
    expect(await problemOf({ 'package.json': { engines: { node: 'new' } } })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
      path: 'package.json',
    });
    expect(await problemOf({ 'package.json': { packageManager: 'cargo@1' } })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
    });
  });
});
