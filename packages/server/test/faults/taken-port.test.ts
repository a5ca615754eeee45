import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAgentClient } from '@davit/agent/client';
import { expect, onTestFinished, test } from 'vitest';
import { hostEnvironment } from '../../src/config/host-environment.ts';
import { giveAgentCode, giveServerCode } from '../support/compiled-code.ts';
import { waitForNoProcesses } from '../support/platform-processes.ts';
import { createTestDatabase } from '../support/test-database.ts';

const serverMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('a server that does not get its port says so, and has taken no run from the one that has it', async () => {
  await using database = await createTestDatabase();
  await database.pool.query(
    `insert into runs (id, kind, subject, timeout_ms) values ('run_1', 'of nobody', 'x', 1000)`,
  );
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-platform-'));
  await chmod(dataDir, 0o711);
  await Promise.all([giveServerCode(dataDir), giveAgentCode(join(dataDir, 'agent'))]);
  const agent = createAgentClient({ socketPath: join(dataDir, 'agent', 'agent.sock') });
  onTestFinished(async () => {
    await agent.shutdown(true);
    await agent.close();
    await waitForNoProcesses(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  });
  const env = {
    ...hostEnvironment(),
    DATA_DIR: dataDir,
    DATABASE_URL: database.connectionString,
    PORT: String((taken.address() as AddressInfo).port),
    PROXY_PORT: '0',
  };
  const child = spawn(process.execPath, [serverMain], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(errors).toContain('EADDRINUSE');
  const { rows } = await database.pool.query('select state, reason from runs');
  expect(rows).toEqual([{ state: 'queued', reason: null }]);
});
