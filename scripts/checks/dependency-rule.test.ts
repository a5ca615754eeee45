import { describe, expect, test } from 'vitest';
import { cycles } from './cycles.ts';
import { dependencyRule } from './dependency-rule.ts';
import { createModuleGraph } from './module-graph.ts';
import { sourceTreeOf } from './source-tree.ts';

const S = 'packages/server/src';
const faults = (files: Record<string, string>) => dependencyRule(createModuleGraph(sourceTreeOf(files)));
const circles = (files: Record<string, string>) => cycles(createModuleGraph(sourceTreeOf(files)));

/** `from` importing `to`, both there and nothing else. */
function link(from: string, specifier: string, to: string): Record<string, string> {
  return { [`${S}/${from}`]: `import type { A } from '${specifier}';`, [`${S}/${to}`]: 'export type A = 1;' };
}

describe('the dependency rule', () => {
  test.each([
    ['the kernel that sees the platform', 'kernel/a.ts', '../platform/b.ts', 'platform/b.ts'],
    ['the platform that sees a feature', 'platform/a.ts', '../features/x/index.ts', 'features/x/index.ts'],
    ['the platform that sees the configuration', 'platform/a.ts', '../config/b.ts', 'config/b.ts'],
    ['a feature that sees the inside of another', 'features/x/a.ts', '../y/b.ts', 'features/y/b.ts'],
    ['a feature that sees an implementation', 'features/x/a.ts', '../../adapters/p/i/b.ts', 'adapters/p/i/b.ts'],
    ['a feature that sees the composition root', 'features/x/a.ts', '../../app.ts', 'app.ts'],
    ['a port that sees its implementation', 'adapters/p/p.ts', './i/b.ts', 'adapters/p/i/b.ts'],
    ['an adapter that sees another of its port', 'adapters/p/i/a.ts', '../j/b.ts', 'adapters/p/j/b.ts'],
    ['an adapter that sees the platform', 'adapters/p/i/a.ts', '../../../platform/b.ts', 'platform/b.ts'],
    ['the composition root that sees main', 'app.ts', './main.ts', 'main.ts'],
    ['a folder that the rule does not name', 'lib/a.ts', '../kernel/b.ts', 'kernel/b.ts'],
    ['what is shipped, seeing what is there for tests', 'kernel/a.ts', './b-test-bed.ts', 'kernel/b-test-bed.ts'],
  ])('refuses %s', (_, from, specifier, to) => {
    expect(faults(link(from, specifier, to))).toHaveLength(1);
  });

  test.each([
    ['the platform that sees the kernel', 'platform/db/a.ts', '../../kernel/b.ts', 'kernel/b.ts'],
    ['a feature that sees the face of another', 'features/x/a.ts', '../y/index.ts', 'features/y/index.ts'],
    ['a feature that sees a port', 'features/x/a.ts', '../../adapters/p/p.ts', 'adapters/p/p.ts'],
    ['an adapter that sees its port', 'adapters/p/i/a.ts', '../p.ts', 'adapters/p/p.ts'],
    ['an adapter that sees another port', 'adapters/p/i/a.ts', '../../q/q.ts', 'adapters/q/q.ts'],
    ['the composition root that sees an adapter', 'app.ts', './adapters/p/i/b.ts', 'adapters/p/i/b.ts'],
    ['a test that sees anything', 'kernel/a.test.ts', '../features/x/b.ts', 'features/x/b.ts'],
  ])('allows %s', (_, from, specifier, to) => {
    expect(faults(link(from, specifier, to))).toEqual([]);
  });

  test.each([
    ["a re-export: export * from '../features/x/index.ts'", "export * from '../features/x/index.ts';"],
    ['an import()', "export const a = () => import('../features/x/index.ts');"],
    ['a type import()', "export type A = import('../features/x/index.ts').A;"],
  ])('sees %s', (_, text) => {
    const tree = { [`${S}/platform/a.ts`]: text, [`${S}/features/x/index.ts`]: 'export type A = 1;' };
    expect(faults(tree)).toEqual([
      `${S}/platform/a.ts: the platform does not see packages/server/src/features/x/index.ts`,
    ]);
  });

  const manifest = (name: string, exported: string) => JSON.stringify({ name, exports: { '.': exported } });
  const packages = {
    'packages/server/package.json': manifest('@davit/server', './src/main.ts'),
    'packages/server/src/main.ts': 'export const a = 1;',
    'packages/agent/package.json': manifest('@davit/agent', './src/main.ts'),
    'packages/agent/src/main.ts': 'export const a = 1;',
  };

  test.each([
    ['the command line that sees the server', 'packages/cli/src/local/a.ts', '@davit/server'],
    ['the Pulumi provider that sees the server', 'packages/pulumi-provider/src/a.ts', '@davit/server'],
    ['a command that sees the agent', 'packages/cli/src/commands/a.ts', '@davit/agent'],
    ['the agent that sees the server', 'packages/agent/src/a.ts', '@davit/server'],
    ['a feature that sees the agent', `${S}/features/x/a.ts`, '@davit/agent'],
    ['a path into another package', `${S}/adapters/p/i/a.ts`, '../../../../../agent/src/main.ts'],
    ['a file that does not exist', `${S}/kernel/a.ts`, './gone.ts'],
  ])('refuses %s', (_, from, specifier) => {
    expect(faults({ ...packages, [from]: `import { a } from '${specifier}';` })).toHaveLength(1);
  });

  test('allows an adapter to see the agent by its name', () => {
    expect(faults({ ...packages, [`${S}/adapters/p/i/a.ts`]: "import { a } from '@davit/agent';" })).toEqual([]);
  });

  test('allows what starts and stops the platform of this machine to see the agent', () => {
    expect(faults({ ...packages, 'packages/cli/src/local/a.ts': "import { a } from '@davit/agent';" })).toEqual([]);
  });
});

describe('the dependency rule of the web UI', () => {
  const W = 'packages/web/src';
  const api = {
    'packages/api/package.json': JSON.stringify({ name: '@davit/api', exports: { './browser': './src/browser.ts' } }),
    'packages/api/src/browser.ts': 'export type A = 1;',
  };
  const webLink = (from: string, specifier: string, to: string) => ({
    [`${W}/${from}`]: `import type { A } from '${specifier}';`,
    [`${W}/${to}`]: 'export type A = 1;',
  });

  test.each([
    ['a component that sees the data layer', 'ui/a.tsx', '../data/b.ts', 'data/b.ts'],
    ['a component that sees a page', 'ui/a.tsx', '../pages/x/index.ts', 'pages/x/index.ts'],
    ['the data layer that sees a component', 'data/a.ts', '../ui/b.tsx', 'ui/b.tsx'],
    ['a page that sees the inside of another', 'pages/x/a.tsx', '../y/b.tsx', 'pages/y/b.tsx'],
    ['a page that sees the router', 'pages/x/a.tsx', '../../router.tsx', 'router.tsx'],
    ['a file that does not exist', 'ui/a.tsx', './gone.tsx', 'ui/b.tsx'],
  ])('refuses %s', (_, from, specifier, to) => {
    expect(faults(webLink(from, specifier, to))).toHaveLength(1);
  });

  test.each([
    ['a component that sees another', 'ui/a.tsx', './b.tsx', 'ui/b.tsx'],
    ['a page that sees components', 'pages/x/a.tsx', '../../ui/b.tsx', 'ui/b.tsx'],
    ['a page that sees the data layer', 'pages/x/y/a.tsx', '../../../data/b.ts', 'data/b.ts'],
    ['a page that sees the face of another', 'pages/x/a.tsx', '../y/index.ts', 'pages/y/index.ts'],
    ['a page that sees the vocabulary of addresses', 'pages/x/a.tsx', '../../route-search.ts', 'route-search.ts'],
    ['the router that sees a page', 'router.tsx', './pages/x/a.tsx', 'pages/x/a.tsx'],
  ])('allows %s', (_, from, specifier, to) => {
    expect(faults(webLink(from, specifier, to))).toEqual([]);
  });

  test('lets the data layer alone see the API', () => {
    const importing = (path: string) => ({ ...api, [`${W}/${path}`]: "import type { A } from '@davit/api/browser';" });
    expect(faults(importing('data/a.ts'))).toEqual([]);
    expect(faults(importing('pages/x/a.tsx'))).toHaveLength(1);
  });

  test('knows that a browser has nothing of Node', () => {
    expect(faults({ [`${W}/ui/a.tsx`]: "import { join } from 'node:path';" })).toHaveLength(1);
    expect(faults({ [`${W}/ui/a.test.ts`]: "import { join } from 'node:path';" })).toEqual([]);
  });
});

describe('circles', () => {
  test('among files are found, also of types only', () => {
    const tree = {
      'packages/agent/src/a.ts': "import type { B } from './b.ts'; export type A = B;",
      'packages/agent/src/b.ts': "import { c } from './c.ts'; export type B = typeof c;",
      'packages/agent/src/c.ts': "import type { A } from './a.ts'; export const c: A = 1;",
    };
    expect(circles(tree)).toEqual([
      'files in a circle: packages/agent/src/a.ts → packages/agent/src/b.ts → packages/agent/src/c.ts → packages/agent/src/a.ts',
    ]);
  });

  test('among features are found where no two files go in a circle', () => {
    const tree = {
      [`${S}/features/x/index.ts`]: "export * from './one.ts';",
      [`${S}/features/x/one.ts`]: 'export type One = 1;',
      [`${S}/features/x/two.ts`]: "import type { Three } from '../y/index.ts'; export type Two = Three;",
      [`${S}/features/y/index.ts`]: "import type { One } from '../x/index.ts'; export type Three = One;",
    };
    expect(circles(tree)).toEqual(['features or pages in a circle: x → y → x']);
  });

  test('among pages are found', () => {
    const tree = {
      'packages/web/src/pages/x/index.ts': "import type { A } from '../y/a.tsx';",
      'packages/web/src/pages/y/a.tsx': 'export type A = 1;',
      'packages/web/src/pages/y/b.tsx': "import type { B } from '../x/b.tsx';",
      'packages/web/src/pages/x/b.tsx': 'export type B = 1;',
    };
    expect(circles(tree)).toEqual(['features or pages in a circle: x → y → x']);
  });

  test('are not seen where two ways lead to one file', () => {
    const tree = {
      'packages/agent/src/a.ts': "import './b.ts'; import './c.ts';",
      'packages/agent/src/b.ts': "import './c.ts';",
      'packages/agent/src/c.ts': '',
    };
    expect(circles(tree)).toEqual([]);
  });
});
