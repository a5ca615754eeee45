import { AgentError } from '../protocol/agent-error.ts';
import type { CommandStatus } from '../protocol/protocol.ts';
import type { AgentClient } from './agent-client.ts';
import { type AgentConnection, type CallOptions, createAgentConnection } from './agent-connection.ts';
import { openAgentTerminal } from './agent-terminal.ts';
import { type AgentWatchOptions, createAgentWatch } from './agent-watch.ts';
import { followInfo, followLog, followOutput } from './followers.ts';
import { withQuery } from './query.ts';

export { AgentError, isAgentError } from '../protocol/agent-error.ts';
export type { AgentClient } from './agent-client.ts';
export type { AgentTerminal } from './agent-terminal.ts';

export interface AgentClientOptions {
  socketPath: string;
  /** How long a call waits for an agent that is being restarted; 5 s. {@link AgentClient.info} asks only once. */
  patienceMs?: number;
  /** The same for calls that wait or follow and have something to lose; 60 s. */
  followPatienceMs?: number;
  /** When those who look take the agent to hang. */
  watch?: Pick<AgentWatchOptions, 'slowMs' | 'probeMs' | 'memoryMs'>;
}

const part = encodeURIComponent;

/** Speaks to the agent behind a unix socket. Connects when it is first used. */
export function createAgentClient(options: AgentClientOptions): AgentClient {
  return createAgentClients(options).agent;
}

/** The same agent for those who act, whose calls wait for it, and for those who only look, of whom the first does. */
export function createAgentClients(options: AgentClientOptions): { agent: AgentClient; looks: AgentClient } {
  const connection = createAgentConnection(options.socketPath);
  const watch = createAgentWatch({ probe: () => connection.call('/v1/info', { patienceMs: 0 }), ...options.watch });
  const ask: Ask = (path, call) => connection.call(path, call);
  const look: Ask = (path, call) =>
    (call.method ?? 'GET') === 'GET'
      ? watch.look((isPatient) => connection.call(path, isPatient ? call : { ...call, patienceMs: 0 }))
      : connection.call(path, call);
  return { agent: clientOver(connection, ask, options), looks: clientOver(connection, look, options) };
}

type Ask = AgentConnection['call'];

function clientOver(connection: AgentConnection, ask: Ask, options: AgentClientOptions): AgentClient {
  const { socketPath, patienceMs = 5000, followPatienceMs = 60_000 } = options;
  const follow = { connection, patienceMs: followPatienceMs };

  async function call<T>(
    method: NonNullable<CallOptions['method']>,
    path: string,
    signal: AbortSignal | undefined,
    body?: unknown,
  ): Promise<T> {
    return (await ask(path, { method, body, signal, patienceMs })) as T;
  }
  const command = (id: string): string => `/v1/commands/${part(id)}`;
  const instance = (id: string): string => `/v1/instances/${part(id)}`;
  const route = (host: string): string => `/v1/routes/${part(host)}`;
  const log = (key: string): string => `/v1/logs/${part(key)}`;

  return {
    info: async (signal) =>
      (await ask('/v1/info', { signal, patienceMs: 0 })) as Awaited<ReturnType<AgentClient['info']>>,
    followInfo: (signal) => followInfo(connection, signal),

    startCommand: (id, spec, signal) => call('PUT', command(id), signal, spec),
    getCommand: (id, signal) => call('GET', command(id), signal),
    waitForCommand: async (id, signal) => {
      const path = `${command(id)}/wait`;
      return (await connection.call(path, { signal, patienceMs: followPatienceMs })) as CommandStatus;
    },
    followCommand: (id, stream, offset, signal) =>
      followOutput(follow, `${command(id)}/output/${stream}`, offset, signal),
    stopCommand: (id, graceMs, signal) => call('POST', `${command(id)}/stop`, signal, { graceMs }),
    removeCommand: (id, signal) => call('DELETE', command(id), signal),
    listCommands: (signal) => call('GET', '/v1/commands', signal),

    putInstance: (id, spec, signal) => call('PUT', instance(id), signal, spec),
    getInstance: (id, signal) => call('GET', instance(id), signal),
    listInstances: (signal) => call('GET', '/v1/instances', signal),
    listeningSockets: (id, signal) => call('GET', `${instance(id)}/sockets`, signal),
    instanceTail: async (id, maxBytes, signal) => {
      const answer = await call<{ tail: string }>('GET', withQuery(`${instance(id)}/tail`, { maxBytes }), signal);
      return answer.tail;
    },
    removeInstance: (id, signal) => call('DELETE', instance(id), signal),
    openTerminal: (id, { command, tty, ...size }, signal) => {
      // An agent of before commands knows the size only.
      const more = command === undefined ? {} : { command: JSON.stringify(command), tty: String(tty ?? true) };
      return openAgentTerminal(socketPath, withQuery(`${instance(id)}/terminal`, { ...size, ...more }), signal);
    },
    usage: (signal) => call('GET', '/v1/usage', signal),

    putRoute: (host, spec, signal) => call('PUT', route(host), signal, spec),
    getRoute: (host, signal) => call('GET', route(host), signal),
    listRoutes: (signal) => call('GET', '/v1/routes', signal),
    removeRoute: (host, signal) => call('DELETE', route(host), signal),
    drainTarget: async (host, targetId, timeoutMs, signal) => {
      const path = `${route(host)}/drain/${part(targetId)}`;
      const answer = await call<{ drained: boolean }>('POST', path, signal, { timeoutMs });
      return answer.drained;
    },
    proxyFront: (signal) => call('GET', '/v1/proxy-front', signal),
    routeUsage: (signal) => call('GET', '/v1/route-usage', signal),

    readLogs: (key, query, signal) => call('GET', withQuery(log(key), query), signal),
    followLogs: (key, query, signal) => followLog(follow, log(key), query, signal),
    appendLog: (key, line, signal) => call('POST', log(key), signal, line),
    setLogRetention: (key, retention, signal) => call('PUT', `${log(key)}/retention`, signal, retention),
    removeLogs: (key, signal) => call('DELETE', log(key), signal),

    followContainers: (source, signal) => call('PUT', '/v1/containers', signal, source),
    drainContainer: (instanceId, signal) =>
      call('POST', `/v1/containers/${encodeURIComponent(instanceId)}/drain`, signal),
    endContainers: (signal) => call('POST', '/v1/containers/end', signal),

    removeFolder: (path, signal) => call('POST', '/v1/folders/remove', signal, { path }),
    handOver: async (successor, signal) => {
      // Asked once: the next agent need not be followed by the same one again.
      await connection.call('/v1/succession', { method: 'POST', body: successor, signal, patienceMs: 0 });
    },
    shutdown: async (stopInstances, signal) => {
      try {
        await connection.call('/v1/shutdown', { method: 'POST', body: { stopInstances }, signal, patienceMs: 0 });
      } catch (thrown) {
        // Nobody there: that is what was wanted.
        if (!(thrown instanceof AgentError && thrown.code === 'AGENT_UNREACHABLE')) throw thrown;
      }
    },
    close: () => connection.close(),
  };
}
