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
import { waitForNoProcesses } from './platform-processes.ts';

const serverMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A real server process with its agent and proxy, in a data folder of its own. */
export interface ServerProcess {
  dataDir: string;
  readonly url: string;
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

/** Far more than it needs: on a machine that does much else, a start has been seen to take a minute. */
const startTimeoutMs = 180_000;

interface ServerFile {
  pid: number;
  url: string;
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

/** Starts a server on ports that the system chose, claimed by its first owner. Without DATABASE_URL it brings its PostgreSQL. */
export async function startServerProcess(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-platform-'));
  await chmod(dataDir, 0o711);
  const agent = createAgentClient({ socketPath: join(dataDir, 'agent', 'agent.sock') });
  const env = {
    // Vitest has variables of its own, such as BASE_URL, that mean something else to davit.
    ...hostEnvironment(),
    DATA_DIR: dataDir,
    PORT: '0',
    PROXY_PORT: '0',
    ALLOW_INSECURE_GIT: 'true',
    RATE_LIMIT_REQUESTS: '100000',
    ...environment,
  };
  let child: ChildProcess;
  let url = '';

  async function start(): Promise<void> {
    await using log = await open(join(dataDir, 'server.log'), 'a');
    child = spawn(process.execPath, [serverMain], { env, stdio: ['ignore', log.fd, log.fd] });
    url = (await waitForServer(dataDir, child)).url;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async function dispose(): Promise<void> {
    await end('SIGTERM');
    const refusal = await agent.shutdown(true).then(() => '', String);
    await agent.close();
    // The agent answers before it is gone; nothing of a platform may outlive it.
    const left = await waitForNoProcesses(dataDir);
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    const agentLog = await readFile(join(dataDir, 'agent', 'agent.log'), 'utf8').catch(() => '');
    await rm(dataDir, { recursive: true, force: true });
    if (left.length > 0)
      throw new Error(`processes were left behind: ${JSON.stringify(left)} ${refusal}\n${agentLog.slice(-4000)}`);
  }

  try {
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
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
