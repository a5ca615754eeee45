import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makePassableFolder } from './passable-folder.ts';

test('only the folders that were missing get the mode: passable for others when root makes them', async () => {
  const existing = await mkdtemp(join(tmpdir(), 'davit-folder-'));
  onTestFinished(() => rm(existing, { recursive: true }));
  await makePassableFolder(join(existing, 'a', 'b'));
  await makePassableFolder(join(existing, 'a', 'b'));
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  const expected = process.getuid?.() === 0 ? 0o711 : 0o700;
  expect(await modeOf(existing)).toBe(0o700);
  expect(await modeOf(join(existing, 'a'))).toBe(expected);
  expect(await modeOf(join(existing, 'a', 'b'))).toBe(expected);
});
