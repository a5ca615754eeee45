import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AgentClient } from '@davit/agent/client';
import type { AgentInfo } from '@davit/agent/protocol';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { agentProcessErrors } from './agent-process-errors.ts';

export interface AgentProcessOptions {
  client: AgentClient;
  socketPath: string;
  stateDir: string;
  proxy: { hosts: readonly string[]; port: number };
  /** Folders below which the agent may remove folders. */
  folderRoots: readonly string[];
  /** What the agent itself is given; none of it reaches what it runs. */
  environment: Readonly<Record<string, string>>;
  /** False where somebody else, such as systemd, keeps the agent running. */
  startsAgent: boolean;
  logger: Logger;
}

/** The agent of this machine, kept running. */
export interface AgentProcess {
  /** Resolves when the agent answers. @throws AppError AGENT_NOT_STARTED, AGENT_OUTDATED */
  start(): Promise<AgentInfo>;
  /** Calls the listener whenever another agent than before answers: what ran may have ended meanwhile. */
  onReplaced(listener: (info: AgentInfo) => void): void;
  /** Stops looking after it; the agent and all that it runs go on. */
  stop(): Promise<void>;
}

const startTimeoutMs = 20_000;
const startPollMs = 25;
// Between two looks after an agent: it may not come up, or be of a version that cannot be stayed with.
const watchMs = 1000;

function agentArguments(options: AgentProcessOptions): string[] {
  const { stateDir, socketPath, proxy, folderRoots } = options;
  return [
    fileURLToPath(import.meta.resolve('@davit/agent/main')),
    '--state-dir',
    stateDir,
    '--socket',
    socketPath,
    '--proxy-port',
    String(proxy.port),
    ...proxy.hosts.flatMap((host) => ['--proxy-host', host]),
    ...folderRoots.flatMap((root) => ['--folder-root', root]),
  ];
}

/** Starts the agent where there is none, in a session of its own, so that no end of this server reaches it. */
export function createAgentProcess(options: AgentProcessOptions): AgentProcess {
  const { client, logger, stateDir, socketPath } = options;
  const stopped = new AbortController();
  const listeners = new Set<(info: AgentInfo) => void>();
  let known: AgentInfo | undefined;
  let watching: Promise<void> | undefined;

  async function spawnAgent(): Promise<void> {
    await mkdir(dirname(socketPath), { recursive: true });
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await using log = await open(join(stateDir, 'agent.log'), 'a', 0o600);
    const child = spawn(process.execPath, agentArguments(options), {
      cwd: '/',
      env: { ...options.environment },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    logger.info({ agentPid: child.pid }, 'agent started');
  }

  async function ask(): Promise<AgentInfo | undefined> {
    try {
      return await client.info(stopped.signal);
    } catch (error) {
      // Another agent would not get a place beside one that runs and speaks another version.
      if (AppError.from(error).code === 'AGENT_OUTDATED') throw error;
      return undefined;
    }
  }

  async function ensure(): Promise<AgentInfo> {
    const present = await ask();
    if (present !== undefined) return present;
    // A question that stop() cut off says nothing about the agent: one that is started now would outlive this server
    // and take the place of the one that whoever stops davit is about to stop.
    stopped.signal.throwIfAborted();
    if (options.startsAgent) await spawnAgent();
    const deadline = Date.now() + startTimeoutMs;
    while (Date.now() < deadline) {
      const info = await ask();
      if (info !== undefined) return info;
      await sleep(startPollMs, undefined, { signal: stopped.signal });
    }
    throw agentProcessErrors.AGENT_NOT_STARTED({ details: { log: join(stateDir, 'agent.log') } });
  }

  function notice(info: AgentInfo): void {
    const replaced = known !== undefined && known.startedAt !== info.startedAt;
    known = info;
    if (!replaced) return;
    logger.warn({ agentPid: info.pid }, 'another agent answers');
    for (const listener of listeners) listener(info);
  }

  /** Stays with the agent to its end: on an idle server, asking it every second was a fifth of what both did. */
  async function stay(): Promise<void> {
    try {
      for await (const info of client.followInfo(stopped.signal)) notice(info);
    } catch (error) {
      const { code } = AppError.from(error);
      if (!stopped.signal.aborted && code !== 'AGENT_UNREACHABLE') logger.debug({ err: error }, 'agent not followed');
    }
  }

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      await stay();
      await sleep(watchMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
      if (stopped.signal.aborted) return;
      await ensure().then(notice, (error: unknown) => {
        if (!stopped.signal.aborted) logger.error({ err: error }, 'the agent does not answer');
      });
    }
  }

  return {
    async start() {
      const info = await ensure();
      notice(info);
      watching ??= watch();
      return info;
    },
    onReplaced(listener) {
      listeners.add(listener);
    },
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}
