import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModuleEngine, startModuleEngine } from '../../../../test/support/module-engine.ts';

// Dynamic resources as people write them: Pulumi reads the provider's functions, and what they close over, into the state.

let modules: ModuleEngine;
beforeAll(async () => {
  modules = await startModuleEngine();
});
afterAll(() => modules[Symbol.asyncDispose]());

const moduleOf = (imports: string, body: string) => `
  import * as pulumi from '@pulumi/pulumi';
  ${imports}
  class Note extends pulumi.dynamic.Resource {
    declare readonly text: pulumi.Output<string>;
    constructor(name: string, inputs: object) {
      super(new NoteProvider('of a class'), name, { text: undefined, ...inputs });
    }
  }
  const prefix = 'closed over';
  class NoteProvider implements pulumi.dynamic.ResourceProvider {
    readonly suffix: string;
    constructor(suffix: string) { this.suffix = suffix; }
    ${body}
  }
  export async function program(input: { target: { spec: { size: number } } }) {
    return { text: new Note('note', { size: input.target.spec.size }).text };
  }`;

describe('a provider class of a module in TypeScript', () => {
  test.each([
    [
      'closes over a value',
      '',
      'async create(inputs: any) { return { id: "1", outs: { text: `${prefix} ${this.suffix} ${inputs.size}` } }; }',
      'closed over of a class 3',
    ],
    [
      'imports from Node',
      `import crypto from 'node:crypto';`,
      'async create(inputs: any) { return { id: "1", outs: { text: crypto.createHash("md5").update(prefix).digest("hex") } }; }',
      'd631d4c9c0f6a2f6fede834984ee7d11',
    ],
    [
      'is written in today’s syntax',
      '',
      'async create(inputs: any) { let a = null; a ??= inputs?.size ?? 0; const n = 1_000; return { id: "1", outs: { text: `${a} ${n} ${[1, 2].at(-1)}` } }; }',
      '3 1000 2',
    ],
  ])('%s', async (_, imports, body, text) => {
    const folder = await modules.moduleOf({ 'module.ts': moduleOf(imports, body) });
    const { end, lines } = await modules.run(modules.jobOf(folder));
    expect(lines.filter((line) => line.startsWith('{'))).toEqual([]);
    expect({ outputs: end.outputs, lines: end.succeeded ? [] : lines }).toEqual({
      outputs: { text: { value: text, secret: false } },
      lines: [],
    });
  });
});

test('a module that brings an SDK of long ago is told so', async () => {
  const folder = await modules.moduleOf({
    'module.js': 'export const program = async () => ({});',
    'node_modules/@pulumi/pulumi/package.json': JSON.stringify({ name: '@pulumi/pulumi', version: '3.10.0' }),
  });
  expect((await modules.run(modules.jobOf(folder))).end.message).toBe(
    'The module brings @pulumi/pulumi 3.10.0, which is too old: depend on 3.150.0 or newer, or leave it out.',
  );
});

test('a module runs with the SDK and the TypeScript of its own dependencies', async () => {
  const body =
    'async create() { return { id: "1", outs: { text: `${require("@pulumi/pulumi/package.json").version}` } }; }';
  const folder = await modules.moduleOf({ 'module.ts': moduleOf('', body) });
  const packages = ['@pulumi/pulumi@3.260.0', 'typescript@5.8.3'];
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
  });
  const { end, lines } = await modules.run(modules.jobOf(folder));
  expect({ outputs: end.outputs, lines: end.succeeded ? [] : lines }).toEqual({
    outputs: { text: { value: '3.260.0', secret: false } },
    lines: [],
  });
});

test('an output that holds a secret among other values is secret as a whole', async () => {
  const source = `
    import * as pulumi from '@pulumi/pulumi';
    export async function program() {
      return { plain: { port: 5432 }, database: { user: 'app', password: pulumi.secret('deep-in-there') } };
    }`;
  const { end, state } = await modules.run(modules.jobOf(await modules.moduleOf({ 'module.ts': source })));
  expect(end.outputs).toEqual({
    plain: { value: { port: 5432 }, secret: false },
    database: { value: { user: 'app', password: 'deep-in-there' }, secret: true },
  });
  expect(state).not.toContain('deep-in-there');
});
