import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';

test('a server that refuses to start stops the PostgreSQL that it has started', { timeout: 300_000 }, async () => {
  await using platform = await startServerProcess({});
  const postmaster = () => access(join(platform.dataDir, 'postgres', 'data', 'postmaster.pid'));
  await postmaster();
  await expect(platform.reconfigure({ ROOT_KEY: Buffer.alloc(32, 7).toString('hex') })).rejects.toThrow(/root key/i);
  await expect(postmaster()).rejects.toThrow('ENOENT');
  await platform.reconfigure({ ROOT_KEY: '' });
  await postmaster();
});
