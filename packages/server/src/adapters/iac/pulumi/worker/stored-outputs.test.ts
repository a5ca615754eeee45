import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutputMap } from '@pulumi/pulumi/automation/index.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { storedOutputs } from './stored-outputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'davit-outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sealed = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'v1:x:y' };
const root = (outputs: object) => ({ type: 'pulumi:pulumi:Stack', outputs });
const askNobody = () => Promise.reject(new Error('the engine was asked'));

function stateOf(checkpoint: object): string {
  const path = join(folder, 'stack.json');
  writeFileSync(path, JSON.stringify({ version: 3, checkpoint }));
  return path;
}

test('plain outputs are read from the state, and the engine is not asked', async () => {
  const inner = { type: 'own:Thing', outputs: { token: sealed } };
  const resources = [root({ name: 'a', list: [1, { b: null }] }), inner];
  const outputs = { name: { value: 'a', secret: false }, list: { value: [1, { b: null }], secret: false } };
  expect(await storedOutputs(stateOf({ latest: { resources } }), askNobody)).toEqual(outputs);
  // As it is after an import of a state.
  expect(await storedOutputs(stateOf({ Latest: { resources } }), askNobody)).toEqual(outputs);
});

test.each([{ latest: {} }, { latest: { resources: null } }, {}])(
  'a state of nothing has none: %j',
  async (checkpoint) => {
    expect(await storedOutputs(stateOf(checkpoint), askNobody)).toEqual({});
  },
);

test('what has a secret anywhere in it is secret, also where the engine does not say so', async () => {
  const path = stateOf({ latest: { resources: [root({ name: 'a', token: sealed, database: { password: sealed } })] } });
  const told: OutputMap = {
    name: { value: 'a', secret: false },
    token: { value: 't', secret: true },
    database: { value: { password: 'p' }, secret: false },
  };
  expect(await storedOutputs(path, async () => told)).toEqual({
    ...told,
    database: { ...told['database'], secret: true },
  });
});
