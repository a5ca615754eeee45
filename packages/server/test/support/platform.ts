import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AgentClient, createAgentClient } from '@davit/agent/client';
import { hostEnvironment } from '../../src/config/host-environment.ts';
import { type ApiCaller, createApiCaller } from './api-caller.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

const serverMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The whole platform, real in every part: server process, agent, proxy, PostgreSQL. */
export interface Platform {
  dataDir: string;
  url: string;
  proxyPort: number;
  /** As its first owner. */
  api: ApiCaller;
  agent: AgentClient;
  /** The server's process; another one after a restart. */
  readonly server: ChildProcess;
  /** Everything that the server has logged. */
  log(): Promise<string>;
  /** Ends the server as an operator would, and starts it again. */
  restart(): Promise<void>;
  /** kill -9, with nobody to tell. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PlatformOptions {
  /** On top of the test's own settings. */
  environment?: Readonly<Record<string, string>>;
}

const startTimeoutMs = 60_000;

interface ServerFile {
  pid: number;
  url: string;
  port: number;
}

async function waitForServer(dataDir: string, child: ChildProcess): Promise<ServerFile> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) {
      const file = JSON.parse(text) as ServerFile;
      if (file.pid === child.pid) return file;
    }
    if (child.exitCode !== null) break;
    await sleep(20);
  }
  const log = await readFile(join(dataDir, 'server.log'), 'utf8').catch(() => '');
  throw new Error(`the server did not start:\n${log.slice(-4000)}`);
}

/** Starts a platform of its own in a folder and a database of its own, claimed by its first owner. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-platform-'));
  await chmod(dataDir, 0o711);
  // The server holds connections of its own; killed ones take a moment to be noticed.
  const database: TestDatabase = await createTestDatabase({ settleMs: 20_000 });
  const agent = createAgentClient({ socketPath: join(dataDir, 'agent', 'agent.sock') });
  const environment = {
    // Vitest has variables of its own, such as BASE_URL, that mean something else to davit.
    ...hostEnvironment(),
    DATA_DIR: dataDir,
    DATABASE_URL: database.connectionString,
    PORT: '0',
    PROXY_PORT: '0',
    ALLOW_INSECURE_GIT: 'true',
    RATE_LIMIT_REQUESTS: '100000',
    ...options.environment,
  };
  let child: ChildProcess;
  let url = '';

  async function start(): Promise<void> {
    await using log = await open(join(dataDir, 'server.log'), 'a');
    child = spawn(process.execPath, [serverMain], { env: environment, stdio: ['ignore', log.fd, log.fd] });
    url = (await waitForServer(dataDir, child)).url;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  await start();
  const api = createApiCaller(() => url);
  const claimToken = (await readFile(join(dataDir, 'claim-token'), 'utf8')).trim();
  await api.register({ claimToken, email: 'owner@example.com', password: 'correct horse battery', name: 'Owner' });
  const { proxy } = await agent.info();

  return {
    dataDir,
    get url() {
      return url;
    },
    proxyPort: proxy?.port ?? 0,
    api,
    agent,
    get server() {
      return child;
    },
    log: () => readFile(join(dataDir, 'server.log'), 'utf8'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    kill: () => end('SIGKILL'),
    start,
    async [Symbol.asyncDispose]() {
      await end('SIGTERM');
      await agent.shutdown(true).catch(() => {});
      await agent.close();
      await database[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
