import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type AgentClient, createAgentClient } from '@davit/agent/client';
import { hostEnvironment } from '../../src/config/host-environment.ts';
import { type ApiCaller, createApiCaller, type RequestWatch } from './api-caller.ts';
import { giveAgentCode, giveServerCode } from './compiled-code.ts';
import { waitForNoProcesses } from './platform-processes.ts';

const serverMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A real server process with its agent and proxy, in a data folder of its own. */
export interface ServerProcess {
  readonly dataDir: string;
  readonly url: string;
  proxyPort: number;
  /** As its first owner. */
  api: ApiCaller;
  readonly agent: AgentClient;
  /** The server's process; another one after a restart. */
  readonly server: ChildProcess;
  /** Everything that the server has logged. */
  log(): Promise<string>;
  /** Ends the server as an operator would, and starts it again: this davit, or another one by its main file. */
  restart(main?: string): Promise<void>;
  /** The same with other settings, which stay. */
  reconfigure(settings: Readonly<Record<string, string>>): Promise<void>;
  /** kill -9, with nobody to tell. */
  kill(): Promise<void>;
  start(main?: string): Promise<void>;
  /** Ends the server, the agent and what it runs, as `davit down` does, and moves the data folder; `start` begins there. */
  moveTo(folder: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Far more than it needs: on a machine that does much else, a start has been seen to take a minute. */
const startTimeoutMs = 180_000;

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

export interface StartOptions {
  /** Before the first start, with what the server is told. */
  prepare?: (environment: Readonly<Record<string, string>> & { DATA_DIR: string }) => Promise<void>;
  /** Of the caller that the process has; its first owner by default. */
  signIn?: (api: ApiCaller, dataDir: string) => Promise<void>;
  /** Of that caller's requests. */
  watch?: RequestWatch;
}

async function registerOwner(api: ApiCaller, dataDir: string): Promise<void> {
  const claimToken = (await readFile(join(dataDir, 'claim-token'), 'utf8')).trim();
  await api.register({ claimToken, email: 'owner@example.com', password: 'correct horse battery', name: 'Owner' });
}

/** Starts a server on ports that the system chose, claimed by its first owner. Without DATABASE_URL it brings its PostgreSQL. */
export async function startServerProcess(
  environment: Readonly<Record<string, string>>,
  { prepare, signIn = registerOwner, watch }: StartOptions = {},
): Promise<ServerProcess> {
  let dataDir = await mkdtemp(join(tmpdir(), 'davit-platform-'));
  await chmod(dataDir, 0o711);
  const openAgent = () => createAgentClient({ socketPath: join(dataDir, 'agent', 'agent.sock') });
  let agent = openAgent();
  const env: Record<string, string> & { DATA_DIR: string } = {
    // Vitest has variables of its own, such as BASE_URL, that mean something else to davit.
    ...hostEnvironment(),
    DATA_DIR: dataDir,
    PORT: '0',
    PROXY_PORT: '0',
    ALLOW_INSECURE_GIT: 'true',
    OUTBOUND_NETWORKS: '127.0.0.0/8',
    // What the doctor compares the clock with: nobody outside is asked by a test.
    ACME_DIRECTORY_URL: 'https://127.0.0.1:1/directory',
    // An engine of the machine is no part of a test that did not bring it.
    RUNTIME: 'process',
    RATE_LIMIT_REQUESTS: '100000',
    RATE_LIMIT_SIGN_IN: '100000',
    ...environment,
  };
  let child: ChildProcess | undefined;
  let url = '';

  async function start(main = serverMain): Promise<void> {
    await using log = await open(join(dataDir, 'server.log'), 'a');
    child = spawn(process.execPath, [main], { env, stdio: ['ignore', log.fd, log.fd] });
    const file = await waitForServer(dataDir, child);
    // Where people reach it may lead through a proxy that the test has not asked for.
    url = env['BASE_URL'] === undefined ? file.url : `http://127.0.0.1:${file.port}`;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async function moveTo(folder: string): Promise<void> {
    await end('SIGTERM');
    await agent.shutdown(true);
    await agent.close();
    const left = await waitForNoProcesses(dataDir);
    if (left.length > 0) throw new Error(`processes were left behind: ${JSON.stringify(left)}`);
    await rename(dataDir, folder);
    dataDir = folder;
    env.DATA_DIR = folder;
    agent = openAgent();
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
    await prepare?.(env);
    await Promise.all([giveServerCode(dataDir), giveAgentCode(join(dataDir, 'agent'))]);
    await start();
    const api = createApiCaller(() => url, undefined, watch);
    await signIn(api, dataDir);
    const { proxy } = await agent.info();
    return {
      get dataDir() {
        return dataDir;
      },
      get url() {
        return url;
      },
      proxyPort: proxy?.port ?? 0,
      api,
      get agent() {
        return agent;
      },
      get server() {
        if (child === undefined) throw new Error('the server was never started');
        return child;
      },
      log: () => readFile(join(dataDir, 'server.log'), 'utf8'),
      async restart(main) {
        await end('SIGTERM');
        await start(main);
      },
      async reconfigure(settings) {
        await end('SIGTERM');
        Object.assign(env, settings);
        await start();
      },
      kill: () => end('SIGKILL'),
      start,
      moveTo,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
