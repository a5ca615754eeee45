import { describe, expect, test } from 'vitest';
import { createModuleGraph } from './module-graph.ts';
import { environmentReaders, noShell, testRules } from './source-rules.ts';
import { sourceTreeOf } from './source-tree.ts';

const graphOf = (files: Record<string, string>) => createModuleGraph(sourceTreeOf(files));

describe('in tests', () => {
  const faults = (text: string) => testRules(graphOf({ 'packages/agent/src/a.test.ts': text }));

  test.each([
    "test.only('a', () => {});",
    "it.skip('a', () => {});",
    "describe.todo('a');",
    "test.concurrent.skip('a', () => {});",
    "test.each([1]).skip('a', () => {});",
    "test['only']('a', () => {});",
    "test.fails('a', () => {});",
    "vi.mock('./a.ts');",
    "vi.doMock('./a.ts');",
  ])('%s is refused', (text) => {
    expect(faults(text)).toHaveLength(1);
  });

  test.each(["test.skipIf(noLinux)('a', () => {});", 'vi.useFakeTimers();', 'queue.skip(3);'])('%s is fine', (text) => {
    expect(faults(text)).toEqual([]);
  });
});

describe('starting programs', () => {
  const faults = (text: string) => noShell(graphOf({ 'scripts/a.ts': text }));

  test.each([
    "import { exec } from 'node:child_process';",
    "import { execSync as run } from 'child_process';",
    "import * as child_process from 'node:child_process'; child_process.exec('ls');",
    "spawn('ls', { shell: true });",
    "run('ls', [], { cwd: '/', shell: true });",
    "spawn('ls', [], { shell: '/bin/bash' });",
    "spawn('ls', [], { shell: chosen });",
  ])('%s is refused', (text) => {
    expect(faults(text)).toHaveLength(1);
  });

  test.each([
    "/a/.exec('a');",
    "spawn('ls', ['-l']);",
    "spawn('ls', [], { shell: false });",
    "show({ shell: 'fish' });",
  ])('%s is fine', (text) => {
    expect(faults(text)).toEqual([]);
  });
});

describe('the environment of the process', () => {
  const faults = (files: Record<string, string>) => environmentReaders(graphOf(files));
  const readers = [
    'export const a = process.env.A;',
    "export const a = process['env'];",
    'const { env } = process;',
    'const { ...all } = process;',
    "import { env } from 'node:process';",
    "import { env as given } from 'process';",
  ];

  test.each(readers)('is read by %s', (text) => {
    expect(faults({ 'packages/build-plan/src/a.ts': text })).toHaveLength(1);
    expect(faults({ 'packages/server/src/app.ts': text })).toHaveLength(1);
    expect(faults({ 'packages/server/src/config/a.ts': text })).toEqual([]);
  });

  test.each(['cli', 'agent'])('has one reader in packages/%s', (name) => {
    const text = 'export const a = process.env.A;';
    const [a, b] = [`packages/${name}/src/a.ts`, `packages/${name}/src/b.ts`];
    expect(faults({ [a]: text })).toEqual([]);
    expect(faults({ [a]: text, [b]: text })).toEqual([
      `${b} reads the environment: in packages/${name} ${a} does already`,
    ]);
  });

  test('may be read by tests, and named in a text', () => {
    expect(faults({ 'packages/build-plan/src/a.test.ts': readers[0] ?? '' })).toEqual([]);
    expect(faults({ 'packages/build-plan/src/a.ts': "export const a = 'process.env.A';" })).toEqual([]);
  });
});
