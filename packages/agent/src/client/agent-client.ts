import type {
  AgentInfo,
  CommandSpec,
  CommandStatus,
  ContainerSource,
  EndedContainers,
  InstanceSpec,
  InstanceStatus,
  ListeningSocket,
  LogLine,
  LogPage,
  LogQuery,
  LogRetention,
  ProxyFront,
  RouteSpec,
  RouteStatus,
  RouteUsage,
  UsageSample,
} from '../protocol/protocol.ts';
import type { SuccessorSpec } from '../protocol/renewal.ts';
import type { TerminalRequest } from '../protocol/terminal-frames.ts';
import type { AgentTerminal } from './agent-terminal.ts';

/** The agent as its caller sees it. Every call may be repeated; every call ends when `signal` is aborted. */
export interface AgentClient {
  info(signal?: AbortSignal): Promise<AgentInfo>;
  /** The agent that answers now, once; then waits. Throws AGENT_UNREACHABLE when that agent is gone. */
  followInfo(signal?: AbortSignal): AsyncIterable<AgentInfo>;

  /** Starts a command, or finds it when this id was started before (then `spec` is ignored). */
  startCommand(id: string, spec: CommandSpec, signal?: AbortSignal): Promise<CommandStatus>;
  /** @throws AgentError AGENT_NOT_FOUND */
  getCommand(id: string, signal?: AbortSignal): Promise<CommandStatus>;
  /** Waits until the command has ended; survives a restart of the agent in between. */
  waitForCommand(id: string, signal?: AbortSignal): Promise<CommandStatus>;
  /** Raw bytes of one stream from `offset` on; ends when the command has ended and all was read. */
  followCommand(id: string, stream: 'stdout' | 'stderr', offset: number, signal?: AbortSignal): AsyncIterable<Buffer>;
  /** SIGTERM to the whole tree, SIGKILL after `graceMs`. Returns when nothing of it is left. */
  stopCommand(id: string, graceMs: number, signal?: AbortSignal): Promise<CommandStatus>;
  /** Forgets a command and its output; a running one is killed first. Unknown ids are fine. */
  removeCommand(id: string, signal?: AbortSignal): Promise<void>;
  listCommands(signal?: AbortSignal): Promise<CommandStatus[]>;

  /** Makes this instance exist. Known and running: nothing happens, but a missing spec is filled in. */
  putInstance(id: string, spec: InstanceSpec, signal?: AbortSignal): Promise<InstanceStatus>;
  getInstance(id: string, signal?: AbortSignal): Promise<InstanceStatus>;
  listInstances(signal?: AbortSignal): Promise<InstanceStatus[]>;
  listeningSockets(id: string, signal?: AbortSignal): Promise<ListeningSocket[]>;
  /** Last bytes of what the instance printed, both streams, for an error message. */
  instanceTail(id: string, maxBytes: number, signal?: AbortSignal): Promise<string>;
  /** Stops and forgets it; returns when nothing of it is left. Unknown ids are fine. */
  removeInstance(id: string, signal?: AbortSignal): Promise<void>;
  usage(signal?: AbortSignal): Promise<UsageSample[]>;
  /** Opens a shell in the sandbox of an instance. `signal` ends only the opening. @throws AgentError AGENT_NOT_FOUND, AGENT_CONFLICT */
  openTerminal(id: string, request: TerminalRequest, signal?: AbortSignal): Promise<AgentTerminal>;

  /** Replaces the targets of a host name in one moment: a request sees either the old or the new ones. */
  putRoute(host: string, spec: RouteSpec, signal?: AbortSignal): Promise<RouteStatus>;
  getRoute(host: string, signal?: AbortSignal): Promise<RouteStatus>;
  listRoutes(signal?: AbortSignal): Promise<RouteStatus[]>;
  removeRoute(host: string, signal?: AbortSignal): Promise<void>;
  /** Returns true once target `id` has no open request on `host`, false when `timeoutMs` ran out first. */
  drainTarget(host: string, targetId: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
  /** What a proxy before the embedded one needs; has a secret. */
  proxyFront(signal?: AbortSignal): Promise<ProxyFront>;
  routeUsage(signal?: AbortSignal): Promise<RouteUsage[]>;

  readLogs(key: string, query: LogQuery, signal?: AbortSignal): Promise<LogPage>;
  /** Lines after `after` (or from now on), as they come, in batches; ends only by `signal`. */
  followLogs(
    key: string,
    query: Pick<LogQuery, 'after' | 'search' | 'instance' | 'label' | 'stream'>,
    signal: AbortSignal,
  ): AsyncIterable<LogLine[]>;
  /** Adds a line of davit's own ("instance killed: out of memory") to a log stream. */
  appendLog(
    key: string,
    line: { instance: string; labels: Record<string, string>; content: string },
    signal?: AbortSignal,
  ): Promise<void>;
  setLogRetention(key: string, retention: LogRetention, signal?: AbortSignal): Promise<void>;
  removeLogs(key: string, signal?: AbortSignal): Promise<void>;

  /** Whose containers the agent brings the output of into logs, from now on and after its restarts. */
  followContainers(source: ContainerSource, signal?: AbortSignal): Promise<void>;
  /** Returns once everything that the container of this instance has printed is stored; at once where there is none. */
  drainContainer(instanceId: string, signal?: AbortSignal): Promise<void>;
  /** Ends every container that is followed, and takes away those of instances: whoever wants them again makes them anew. */
  endContainers(signal?: AbortSignal): Promise<EndedContainers>;

  /** Removes folders below the agent's allowed roots, whoever owns the files in them. */
  removeFolder(path: string, signal?: AbortSignal): Promise<void>;
  /** Has the agent started that is to take the place of the one that answers; resolves when that one is about to go. */
  handOver(successor: SuccessorSpec, signal?: AbortSignal): Promise<void>;
  /** Makes the agent go away; with `stopInstances` every instance and command is ended first, else all go on. */
  shutdown(stopInstances: boolean, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
