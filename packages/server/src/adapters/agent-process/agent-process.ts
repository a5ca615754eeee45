import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAgentBuild } from '@davit/agent/build';
import type { AgentClient } from '@davit/agent/client';
import { type AgentInfo, PROTOCOL_VERSION } from '@davit/agent/protocol';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { type AgentPlace, agentArguments, agentLogOf } from './agent-command.ts';
import { agentProcessErrors } from './agent-process-errors.ts';
import { renewAgent } from './renew-agent.ts';

export interface AgentProcessOptions extends AgentPlace {
  client: AgentClient;
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
  /** Puts an agent of this davit in the place of one that another davit has left; what runs goes on. Returns who answers then. */
  renew(): Promise<AgentInfo>;
  /** Calls the listener whenever another agent than before answers: what ran may have ended meanwhile. */
  onReplaced(listener: (info: AgentInfo) => void): void;
  /** Stops looking after it; the agent and all that it runs go on. */
  stop(): Promise<void>;
}

const startTimeoutMs = 20_000;
const startPollMs = 25;
// Between two looks after an agent: it may not come up, or be of a version that cannot be stayed with.
const watchMs = 1000;

/** Starts the agent where there is none, in a session of its own, so that no end of this server reaches it. */
export function createAgentProcess(options: AgentProcessOptions): AgentProcess {
  const { client, logger, stateDir, socketPath } = options;
  const stopped = new AbortController();
  const listeners = new Set<(info: AgentInfo) => void>();
  let known: AgentInfo | undefined;
  let watching: Promise<void> | undefined;
  let renewing: Promise<AgentInfo> | undefined;

  async function spawnAgent(): Promise<void> {
    await mkdir(dirname(socketPath), { recursive: true });
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await using log = await open(agentLogOf(options), 'a', 0o600);
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
    throw agentProcessErrors.AGENT_NOT_STARTED({ details: { log: agentLogOf(options) } });
  }

  async function replaceOther(): Promise<AgentInfo> {
    const info = await client.info(stopped.signal);
    if (info.build === readAgentBuild()) return info;
    if (!options.startsAgent || info.build === undefined) {
      if (info.protocol !== PROTOCOL_VERSION) throw agentProcessErrors.AGENT_OUTDATED();
      logger.warn(
        { agentPid: info.pid, version: info.version },
        'the agent runs the code of another davit: restart it when it suits, under systemd by `systemctl restart davit-agent`; what it runs goes on',
      );
      return info;
    }
    try {
      const next = await renewAgent(client, options, info, stopped.signal);
      logger.info({ formerPid: info.pid, agentPid: next.pid }, 'an agent of this version has taken over');
      return next;
    } catch (error) {
      // One that is understood is better than none.
      const isOldLeft = AppError.from(error).code === 'AGENT_NOT_RENEWED' && info.protocol === PROTOCOL_VERSION;
      if (!isOldLeft) throw error;
      logger.error({ err: error, agentPid: info.pid }, 'the agent of another version goes on');
      return info;
    }
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
      // Between two agents there is none for a moment: that is no time to start a third.
      await renewing?.catch(() => {});
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
    renew: () => (renewing = replaceOther()),
    onReplaced(listener) {
      listeners.add(listener);
    },
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}
