import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readEnvironment } from '../environment.ts';
import { type Config, createConfigFile } from './config-file.ts';
import { chooseServer, connectTo } from './connection.ts';

const stored: Config = {
  current: 'https://current.example',
  servers: { 'https://current.example': { apiToken: 'a' } },
};

async function withConfig<T>(
  config: Config,
  use: (file: ReturnType<typeof createConfigFile>) => Promise<T>,
): Promise<T> {
  await using folder = await temporaryFolder({ 'config.json': JSON.stringify(config) });
  return await use(createConfigFile(folder.path));
}

test.each([
  [
    'DAVIT_URL is meant before anything else',
    'https://env.example',
    'https://linked.example',
    stored,
    'https://env.example',
  ],
  ['then what the folder is linked to', undefined, 'https://linked.example', stored, 'https://linked.example'],
  ['then the server that was signed in to last', undefined, undefined, stored, 'https://current.example'],
  ['a folder of this machine stays one', undefined, 'local', stored, undefined],
  ['else the server of this machine', undefined, undefined, { servers: {} }, undefined],
] as const)('%s', async (_what, url, linked, config, expected) => {
  const environment = readEnvironment({ HOME: '/home/me', DAVIT_URL: url });
  const choice = await withConfig(config, (file) => chooseServer(environment, file, linked));
  expect(choice).toEqual(expected === undefined ? { kind: 'local' } : { kind: 'remote', url: expected });
});

test('DAVIT_TOKEN goes to a server that the user chose', async () => {
  const environment = readEnvironment({ HOME: '/home/me', DAVIT_URL: 'https://env.example', DAVIT_TOKEN: 'secret' });
  const connection = await withConfig({ servers: {} }, (file) =>
    connectTo(environment, file, { url: 'https://env.example', isLocal: false }, () => undefined),
  );
  expect(await connection.token()).toBe('secret');
});

test('DAVIT_TOKEN does not go to a server that only a folder names', async () => {
  const environment = readEnvironment({ HOME: '/home/me', DAVIT_TOKEN: 'secret' });
  const connecting = withConfig(stored, (file) =>
    connectTo(environment, file, { url: 'https://stranger.example', isLocal: false }, () => undefined),
  );
  await expect(connecting).rejects.toMatchObject({ exitCode: 3 });
});
