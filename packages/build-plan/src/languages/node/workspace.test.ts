import { describe, expect, test } from 'vitest';
import { planOf, problemOf } from '../../../test/support/plan-of.ts';

const library = (name: string, dependencies: Record<string, string> = {}) => ({
  name,
  dependencies,
  scripts: { build: 'tsc' },
});
const app = (name: string, dependencies: Record<string, string> = {}) => ({
  name,
  dependencies,
  scripts: { start: 'node server.js' },
});

const pnpmRepository = {
  'package.json': { private: true, packageManager: 'pnpm@10.1.0' },
  'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - packages/**\n  - "!packages/old"\n',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
  'apps/web/package.json': app('web', { ui: 'workspace:*', express: '5.0.0' }),
  'packages/ui/package.json': library('ui', { colors: 'workspace:*' }),
  'packages/deep/colors/package.json': library('colors'),
  'packages/unused/package.json': library('unused'),
  'packages/old/package.json': library('old'),
};

describe('workspaces', () => {
  test('a member is installed at the root, after what it needs was built, and started in its own folder', async () => {
    expect(await planOf(pnpmRepository, { rootFolder: 'apps/web' })).toMatchObject({
      root: 'apps/web',
      install: ['pnpm install --frozen-lockfile --prod=false'],
      build: ['pnpm --dir ./packages/deep/colors run build', 'pnpm --dir ./packages/ui run build'],
      start: { web: 'node server.js' },
      plan: { pathFolders: ['node_modules/.bin', '../../node_modules/.bin'] },
    });
  });

  test('every manifest decides whether the install is reused, and every node_modules is kept', async () => {
    const { plan, cached } = await planOf(pnpmRepository, { rootFolder: 'apps/web' });
    expect(plan.steps[0]?.cacheInputs).toEqual([
      'pnpm-lock.yaml',
      'package.json',
      'apps/web/package.json',
      'packages/deep/colors/package.json',
      'packages/ui/package.json',
      'packages/unused/package.json',
      'pnpm-workspace.yaml',
    ]);
    expect(cached).toContain('exact packages/deep/colors/node_modules');
    expect(cached).not.toContain('exact packages/old/node_modules');
  });

  test('the only application of a workspace is the service', async () => {
    const found = await planOf(pnpmRepository);
    expect(found).toMatchObject({ root: 'apps/web', start: { web: 'node server.js' } });
    expect(found.plan.reasons[0]).toBe('apps/web is the only package of the workspace that can be started.');
  });

  test('of several applications the user chooses one', async () => {
    const problem = await problemOf({ ...pnpmRepository, 'apps/api/package.json': app('api') });
    expect(problem).toMatchObject({
      code: 'PLAN_AMBIGUOUS_START',
      message: expect.stringContaining('apps/api, apps/web'),
      hint: expect.stringContaining('root folder'),
    });
  });

  test('a root that starts something itself is the service', async () => {
    const tree = { ...pnpmRepository, 'package.json': { ...app('root'), private: true } };
    expect(await planOf(tree)).toMatchObject({ root: '.', start: { web: 'node server.js' } });
  });

  test('npm workspaces', async () => {
    const tree = {
      'package.json': { workspaces: ['./packages/*/'], dependencies: {} },
      'package-lock.json': '{}',
      'packages/app/package.json': {
        name: 'app',
        dependencies: { lib: '*', vite: '7.0.0' },
        scripts: { build: 'vite build' },
      },
      'packages/lib/package.json': library('lib'),
    };
    expect(await planOf(tree, { rootFolder: 'packages/app' })).toMatchObject({
      install: ['npm ci --include=dev --no-audit --no-fund'],
      build: ['npm --prefix ./packages/lib run build', '[packages/app] npm run build'],
      site: 'dist > index.html',
    });
  });

  test('Yarn workspaces written as an object, and bun', async () => {
    const members = { 'a/package.json': app('a', { b: '*' }), 'b/package.json': library('b') };
    const root = { workspaces: { packages: ['a', 'b'] } };
    const yarn = await planOf(
      { ...members, 'package.json': root, 'yarn.lock': '# yarn lockfile v1' },
      { rootFolder: 'a' },
    );
    expect(yarn.build).toEqual(['yarn --cwd ./b run build']);
    const bun = await planOf({ ...members, 'package.json': root, 'bun.lock': '{}' }, { rootFolder: 'a' });
    expect(bun.build).toEqual(['bun run --cwd ./b build']);
  });

  test('a folder that no workspace claims is installed by itself', async () => {
    const tree = {
      ...pnpmRepository,
      'tools/bot/package.json': app('bot', { ws: '8.0.0' }),
      'tools/bot/package-lock.json': '{}',
    };
    expect(await planOf(tree, { rootFolder: 'tools/bot' })).toMatchObject({
      install: ['[tools/bot] npm ci --include=dev --no-audit --no-fund'],
      cached: ['exact tools/bot/node_modules'],
    });
  });

  test('a member with a lockfile of its own is installed by itself', async () => {
    const tree = { ...pnpmRepository, 'apps/web/package-lock.json': '{}' };
    expect((await planOf(tree, { rootFolder: 'apps/web' })).install).toEqual([
      '[apps/web] npm ci --include=dev --no-audit --no-fund',
    ]);
  });

  test("the service's version file counts for more than the workspace's", async () => {
    const tree = { ...pnpmRepository, '.nvmrc': '20', 'apps/web/.nvmrc': '22' };
    expect((await planOf(tree, { rootFolder: 'apps/web' })).needs[0]).toBe('node 22.x < apps/web/.nvmrc');
  });

  test('packages that need each other in a circle are each built once', async () => {
    const tree = { ...pnpmRepository, 'packages/deep/colors/package.json': library('colors', { ui: 'workspace:*' }) };
    expect((await planOf(tree, { rootFolder: 'apps/web' })).build).toHaveLength(2);
  });

  test('a member that cannot be read is named with its path', async () => {
    const problem = await problemOf({ ...pnpmRepository, 'packages/ui/package.json': '{\n  "name": \n}' });
    expect(problem).toMatchObject({ code: 'PLAN_INVALID_FILE', path: 'packages/ui/package.json', line: 3, column: 1 });
  });
});
