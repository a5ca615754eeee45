import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { judgeSandboxSockets } from './sandbox-sockets.ts';

async function listen(mode: number): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-socket-'));
  const path = join(folder, 'engine.sock');
  const server = createServer().listen(path);
  await once(server, 'listening');
  await chmod(path, mode);
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return { folder, path };
}

test('a socket that everybody may open needs no group', async () => {
  const { path } = await listen(0o666);
  expect(await judgeSandboxSockets([path, path])).toEqual([{ path, real: path, writable: false, group: undefined }]);
});

test('a socket that its owner alone may open is refused, and so is what is no socket', async () => {
  const { folder, path } = await listen(0o600);
  const file = join(folder, 'file');
  await writeFile(file, '');
  const link = join(folder, 'link');
  await symlink(path, link);
  for (const each of [path, link, file])
    await expect(judgeSandboxSockets([each])).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
});

test('one that is not there has an answer of its own: what listens on it may be back in a moment', async () => {
  const { folder } = await listen(0o666);
  const answer = judgeSandboxSockets([join(folder, 'nothing')]);
  await expect(answer).rejects.toMatchObject({ code: 'AGENT_SOCKET_MISSING' });
});

test.runIf(process.getuid?.() === 0)("a socket's group is what opens it, but never that of root", async () => {
  const { path } = await listen(0o660);
  await expect(judgeSandboxSockets([path])).rejects.toMatchObject({ code: 'AGENT_BAD_REQUEST' });
  await chown(path, 0, 4321);
  expect(await judgeSandboxSockets([path])).toMatchObject([{ group: 4321 }]);
});
