import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { createConfigFile } from './config-file.ts';

test('who is signed in where is kept for this user alone', async () => {
  await using folder = await temporaryFolder();
  const config = createConfigFile(join(folder.path, 'davit'));
  expect(await config.read()).toEqual({ servers: {} });
  await config.update(({ servers }) => {
    servers['https://a.example'] = { email: 'me@a.example', refreshToken: 'r' };
  });
  expect(await config.read()).toEqual({
    servers: { 'https://a.example': { email: 'me@a.example', refreshToken: 'r' } },
  });
  expect((await stat(config.path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder.path, 'davit'))).mode & 0o777).toBe(0o700);
});

test('changes of several at once are all kept', async () => {
  await using folder = await temporaryFolder();
  const names = Array.from({ length: 10 }, (_value, index) => `https://${index}.example`);
  await Promise.all(
    names.map((name) =>
      createConfigFile(folder.path).update(({ servers }) => {
        servers[name] = {};
      }),
    ),
  );
  expect(Object.keys((await createConfigFile(folder.path).read()).servers).sort()).toEqual(names);
});

test('a change that fails keeps what it saved before, and nothing else', async () => {
  await using folder = await temporaryFolder();
  const config = createConfigFile(folder.path);
  const change = config.update(async ({ servers }, save) => {
    servers.first = {};
    await save();
    servers.second = {};
    throw new Error('cut off');
  });
  await expect(change).rejects.toThrow('cut off');
  expect(await config.read()).toEqual({ servers: { first: {} } });
});

test('a file that somebody opened to others is closed again', async () => {
  await using folder = await temporaryFolder({ 'config.json': { text: '{"servers":{}}', mode: 0o644 } });
  const config = createConfigFile(folder.path);
  await config.update(({ servers }) => {
    servers.a = {};
  });
  expect((await stat(config.path)).mode & 0o777).toBe(0o600);
});

test.each(['', '{', '[]', '{"servers":3}'])('a file with %j in it is reported and left alone', async (text) => {
  await using folder = await temporaryFolder();
  const config = createConfigFile(folder.path);
  await writeFile(config.path, text);
  await expect(config.read()).rejects.toThrow('cannot be understood');
});
