import { mkdir, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalRequest, localProject } from './local-project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-project-'));
  await mkdir(join(folder, 'work'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const requestOf = (name: string): LocalRequest => ({
  project: 'shop',
  stack: 'production.Own.a',
  moduleFolder: '/modules/own',
  program: {
    type: 'local',
    runtime: { name, options: { binary: 'x' } },
    settings: { config: { size: { type: 'integer' } } },
  },
  folder,
});
const input = JSON.stringify({ target: { metadata: { name: 'a' }, spec: { size: 3 } }, provider_config: { key: 'k' } });

test('a program gets a project with the stack’s own name, which leads to its folder', async () => {
  const { projectSettings, stackSettings } = localProject(requestOf('go'), input);
  expect(projectSettings).toEqual({
    name: 'shop',
    main: 'program',
    runtime: { name: 'go', options: { binary: 'x' } },
    config: { size: { type: 'integer' } },
  });
  expect(await readlink(join(folder, 'work', 'program'))).toBe('/modules/own');
  expect(stackSettings).toEqual({});
  // Once more, as after a crash.
  expect(localProject(requestOf('go'), input).projectSettings.main).toBe('program');
});

test('one in YAML finds its name and its spec, and no credential, as configuration', () => {
  expect(localProject(requestOf('yaml'), input).stackSettings).toEqual({
    'production.Own.a': { config: { 'shop:name': 'a', 'shop:size': 3 } },
  });
});
