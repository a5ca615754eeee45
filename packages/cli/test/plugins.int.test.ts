import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModuleEngine, startModuleEngine } from '../../server/test/support/module-engine.ts';
import { runDavit } from './support/run-davit.ts';

// The plugin of a provider, from an archive, by the real command, for stacks of the real engine.

const sdk = new URL('../../server/package.json', import.meta.url);

let modules: ModuleEngine;
let archive: string;
beforeAll(async () => {
  modules = await startModuleEngine();
  archive = await packPlugin();
});
afterAll(() => modules[Symbol.asyncDispose]());

/** A provider on Pulumi's own SDK, packed as providers publish theirs. */
async function packPlugin(): Promise<string> {
  const folder = join(modules.agent.folder, 'packed');
  await mkdir(folder);
  const source = `#!/usr/bin/env node
    const require = process.getBuiltinModule('node:module').createRequire(${JSON.stringify(fileURLToPath(sdk))});
    const provider = require('@pulumi/pulumi/provider');
    const notes = {
      version: '1.2.3',
      check: async (urn, olds, news) => ({ inputs: news, failures: [] }),
      create: async (urn, inputs) => ({ id: 'note-' + inputs.text, outs: inputs }),
    };
    provider.main(notes, process.argv.slice(2));`;
  await writeFile(join(folder, 'pulumi-resource-notes'), source);
  await chmod(join(folder, 'pulumi-resource-notes'), 0o755);
  const packed = join(modules.agent.folder, 'pulumi-resource-notes-v1.2.3-linux-amd64.tar.gz');
  await promisify(execFile)('tar', ['-czf', packed, '-C', folder, '.']);
  return packed;
}

const plugins = (...words: readonly string[]) =>
  runDavit(['admin', 'plugins', ...words], {
    cwd: modules.agent.folder,
    env: { HOME: modules.agent.folder, DATA_DIR: modules.agent.folder },
  });

const deploy = async () => {
  const folder = await modules.moduleOf({
    'module.ts': `
      import { writeFileSync } from 'node:fs';
      import * as pulumi from '@pulumi/pulumi';
      export async function program() {
        let written = 'the plugin was changed';
        try {
          writeFileSync(process.env.PULUMI_HOME + '/plugins/resource-notes-v1.2.3/pulumi-resource-notes', 'exit 1');
        } catch (error) {
          written = error.code;
        }
        const options = { version: '1.2.3', pluginDownloadURL: 'http://127.0.0.1:9' };
        const note = new pulumi.CustomResource('notes:index:Note', 'note', { text: 'x' }, options);
        return { id: note.id, written };
      }`,
  });
  return await modules.run(modules.jobOf(folder));
};

test('a plugin that cannot be downloaded is installed from an archive; stacks use it, and cannot change it', async () => {
  expect((await plugins('list')).stdout).toBe('There is no plugin.\n');
  const early = await deploy();
  expect(early.end).toMatchObject({
    succeeded: false,
    message: expect.stringContaining('davit admin plugins add notes 1.2.3 --file'),
  });

  const added = await plugins('add', 'notes', '1.2.3', '--file', archive);
  expect(added).toMatchObject({ code: 0, stdout: 'notes 1.2.3 is there for all stacks of this machine.\n' });
  expect(JSON.parse((await plugins('list', '--json')).stdout)).toMatchObject([{ name: 'notes', version: '1.2.3' }]);
  const { end, lines } = await deploy();
  expect({ message: end.message, lines: end.succeeded ? [] : lines }).toEqual({ message: null, lines: [] });
  expect(end.outputs).toMatchObject({ id: { value: 'note-x' }, written: { value: 'EROFS' } });

  expect(await plugins('remove', 'notes', '1.2.3')).toMatchObject({ code: 0, stdout: 'notes 1.2.3 is gone.\n' });
  expect((await deploy()).end.succeeded).toBe(false);
});

test.each([
  [['add', '../../evil', '1.0.0'], 2, '"../../evil" is no name of a plugin.'],
  [['add', 'notes', 'latest'], 2, '"latest" is no version.'],
  [['add', 'notes', '1.0.0', '--server', 'file:///etc'], 2, 'is no address of a server.'],
  [['add', 'notes', '1.0.0', '--file', '/nowhere.tar.gz'], 2, 'There is no file /nowhere.tar.gz.'],
  [['remove', 'notes', '9.9.9'], 1, 'There is no plugin notes 9.9.9.'],
])('%j is refused', async (words, code, message) => {
  const refused = await plugins(...words);
  expect(refused.code).toBe(code);
  expect(refused.stderr).toContain(message);
});
