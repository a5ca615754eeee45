import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentClient, createAgentClient } from '@davit/agent/client';
import { expect } from 'vitest';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { password, type SignedInAnswer } from './test-accounts.ts';
import type { TestDatabase } from './test-database.ts';

export type IdleApp = Awaited<ReturnType<typeof createIdleApp>>;

/** The whole server on a database, before its start: it takes every request, and no run that it queues is worked on. */
export async function createIdleApp(
  database: TestDatabase,
  agent?: AgentClient,
  settings: Readonly<Record<string, string>> = {},
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-idle-'));
  // None will come: to be waited for, as one that starts anew is, would cost each look at what runs five seconds.
  const client = agent ?? createAgentClient({ socketPath: join(dataDir, 'no-agent.sock'), patienceMs: 50 });
  const config = loadConfig({
    DATA_DIR: dataDir,
    DATABASE_URL: database.connectionString,
    OPEN_REGISTRATION: 'true',
    RATE_LIMIT_REQUESTS: '100000',
    RATE_LIMIT_SIGN_IN: '100000',
    ...settings,
  });
  const app = await createApp({
    config,
    secrets: { jwtSecret: 'a secret of these tests', rootKey: randomBytes(32) },
    database,
    agent: client,
    agentLooks: client,
    proxyPort: 80,
    hostEnvironment: {},
    logger: silentLogger,
    version: '0.0.0',
    ownerName: 'test',
  });
  await app.server.ready();

  async function call(method: string, url: string, payload?: object, token?: string) {
    const answer = await app.server.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload instanceof Buffer ? { 'content-type': 'application/x-tar' } : {}),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json<Record<string, unknown>>() };
  }

  async function must<T>(method: string, url: string, payload?: object, token?: string): Promise<T> {
    const { status, body } = await call(method, url, payload, token);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body as T;
  }

  return {
    call,
    must,
    /** Its address, for clients that want a connection. */
    listen: () => app.server.listen({ host: '127.0.0.1', port: 0 }),
    async register(email: string): Promise<SignedInAnswer> {
      const claim = await app.claim.prepare();
      const account = { email, password, name: 'Somebody' };
      return await must('POST', '/auth/register', claim === null ? account : { ...account, claimToken: claim.token });
    },
    async [Symbol.asyncDispose]() {
      await app.server.close();
      if (agent === undefined) await client.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
