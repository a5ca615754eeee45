/**
 * What the agent promises to the server: shapes, states and limits of the protocol spoken over its unix socket.
 *
 * The agent knows processes, host names and log streams; it knows nothing of projects or users. Every id is chosen by
 * the caller, so that asking twice is the same as asking once: that is what makes a crash on either side harmless.
 */
import { z } from 'zod';
import { responseHeaders } from './proxy-front.ts';

export { CERTIFICATE_QUESTION_PATH, FRONT_HEADER, type ProxyFront } from './proxy-front.ts';

/** Raised when a shape changes in a way that an older peer would misread. Sent in `x-davit-protocol` both ways. */
export const PROTOCOL_VERSION = 1;

/** An id that is safe as a file name. */
export const agentId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'letters, digits, _ . - (at most 128)');

/** Environment of a process. Values are byte-exact but for NUL, which no process can receive. */
export const environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
  z.string().refine((value) => !value.includes('\0'), 'no NUL byte'),
);

const absolutePath = z.string().startsWith('/').max(4096);

/** Where a process may read and write, and as whom it runs. */
export const sandboxSpec = z.strictObject({
  /** Processes with the same key run as the same unprivileged user; two keys never share one. Usually a service's id. */
  isolationKey: agentId,
  /** Folders it may write. They are handed to its user when the process starts. */
  writable: z.array(absolutePath).max(32),
  /** Folders and files it may read besides the system's own (toolchains, sources). */
  readable: z.array(absolutePath).max(64),
  /** Unix sockets of the host that it may speak to, such as a container engine's: it gets the group that owns each. */
  sockets: z.array(absolutePath).max(4).optional(),
});
export type SandboxSpec = z.infer<typeof sandboxSpec>;

/** Limits of one process tree; absent means none. Enforced by cgroups where the host has them, see {@link AgentInfo}. */
export const processLimits = z.strictObject({
  memoryBytes: z
    .int()
    .min(4 * 1024 * 1024)
    .optional(),
  cpus: z.number().min(0.01).max(1024).optional(),
  processes: z.int().min(1).max(1_000_000).optional(),
});
export type ProcessLimits = z.infer<typeof processLimits>;

const processSpec = {
  argv: z.array(z.string().max(131_072)).min(1).max(4096),
  env: environment,
  cwd: absolutePath,
  sandbox: sandboxSpec,
  limits: processLimits,
};

/** A command that runs to its end once: a build step, a release command, a Pulumi worker. */
export const commandSpec = z.strictObject({
  ...processSpec,
  /** The whole tree is ended after this long; the outcome is then `timeout`. */
  timeoutMs: z.int().min(1).optional(),
  /**
   * Makes a group of this name with the same limits for what a daemon of the host runs for the command, for as long as the
   * command runs: `<AgentInfo.lentGroups.path>/<name>`. Without effect where there are none.
   */
  lendsGroup: agentId.optional(),
});
export type CommandSpec = z.infer<typeof commandSpec>;

/** Why a process is no longer there. `lost`: it ended while nobody could see how. */
export type ExitReason = 'exited' | 'signaled' | 'timeout' | 'out-of-memory' | 'start-failed' | 'lost' | 'stopped';

export interface ProcessExit {
  reason: ExitReason;
  /** Set for `exited`; 127 and 126 keep their meaning from POSIX shells (not found, not executable). */
  code: number | null;
  /** Name of the signal for `signaled`, such as `SIGKILL`. */
  signal: string | null;
  /** RFC 3339. */
  at: string;
  /** One sentence for a person, without secrets. */
  detail: string;
  /** Of a command that lent a group: whether anything ran in it. */
  lentGroupUsed?: boolean | undefined;
  /** Of a command: the disk that its output goes to had no room while it ran, so that lines of it may be missing. */
  diskWasFull?: boolean | undefined;
}

export interface CommandStatus {
  id: string;
  state: 'running' | 'finished';
  pid: number | null;
  startedAt: string;
  exit: ProcessExit | null;
  /** Bytes written so far, by stream: an output may be followed from any offset up to here. */
  outputBytes: { stdout: number; stderr: number };
}

/** A process that is kept running until it is told to stop. */
export const instanceSpec = z.strictObject({
  ...processSpec,
  /** Instances that belong together (a service's id). Opaque to the agent. */
  group: agentId,
  /** Carried and returned, never interpreted. */
  labels: z.record(z.string().max(64), z.string().max(256)),
  restart: z.strictObject({
    policy: z.enum(['always', 'on-failure', 'never']),
    /** Restarts in a row before the instance is given up; a run of 60 s starts the count anew. */
    maxRestarts: z.int().min(0).max(1_000_000),
  }),
  /** Asks for a free port on 127.0.0.1; it is given to the process as `PORT`, and is the same over restarts. */
  allocatePort: z.boolean(),
  /** Log stream that its output is appended to (a service's id). */
  logKey: agentId,
  /** From SIGTERM to SIGKILL when it is stopped. */
  stopGraceMs: z.int().min(0).max(600_000),
});
export type InstanceSpec = z.infer<typeof instanceSpec>;

/**
 * `needs-spec`: the agent was restarted and does not keep environments on disk (they hold secrets). The process may be
 * running (`pid` is set), but cannot be restarted until the server puts the same spec again, which restarts nothing.
 */
export type InstanceState = 'starting' | 'running' | 'backing-off' | 'stopping' | 'stopped' | 'failed' | 'needs-spec';

export interface InstanceStatus {
  id: string;
  group: string;
  labels: Record<string, string>;
  state: InstanceState;
  pid: number | null;
  /** On 127.0.0.1, when one was asked for. */
  port: number | null;
  startedAt: string | null;
  restarts: number;
  lastExit: ProcessExit | null;
  /** When the next restart is due, in `backing-off`. */
  nextRestartAt: string | null;
}

/** What an instance listens on, read from the kernel: tells "never listens" from "listens on another port". */
export interface ListeningSocket {
  address: string;
  port: number;
}

export interface UsageSample {
  instanceId: string;
  group: string;
  at: string;
  /** When the process tree began, RFC 3339: the counters below began at 0 then. */
  startedAt: string;
  /** CPU time of the whole tree since it started, in milliseconds. Never goes down while `startedAt` is the same. */
  cpuMs: number;
  memoryBytes: number;
  processes: number;
  /** Bytes that the tree made disks read and write since it started, caches left out; null where this host does not tell. */
  disk: { readBytes: number; writtenBytes: number } | null;
}

/** Where requests for one host name go. */
export const routeSpec = z.strictObject({
  /** Tried in turn; an empty list answers 503 with a page that says that nothing serves this name. */
  targets: z
    .array(z.strictObject({ id: agentId, address: z.string().max(255), port: z.int().min(1).max(65_535) }))
    .max(256),
  /** Opaque; returned by the list, so that the server can tell whose route this is. */
  owner: agentId,
  /** All requests, or those that came without TLS, are sent on to the same path of another origin (`http` or `https`). */
  redirect: z
    .strictObject({
      origin: z.string().regex(/^https?:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?$/),
      when: z.enum(['always', 'insecure']),
    })
    .optional(),
  /** Put over those of the instances. */
  headers: responseHeaders.optional(),
  /** Whether the proxy with TLS before this one may have a certificate for the name. */
  certificate: z.boolean().optional(),
  /** Whether its targets are shown the proxy's voucher (`ProxyFront`): for davit itself, never for what users run. */
  vouched: z.boolean().optional(),
});
export type RouteSpec = z.infer<typeof routeSpec>;

export interface RouteStatus extends RouteSpec {
  host: string;
  /** Open requests and upgraded connections, by target id, of this host's present and former targets. */
  active: Record<string, number>;
}

/**
 * Latencies are counted in buckets whose bounds grow by the fourth root of two: bucket 0 takes up to 0.5 ms, bucket `n` up to
 * 0.5 ms × 2^(n/4), the last one whatever is above the bound of the one before it (65.5 s). The middle of a bucket, by ratio,
 * is within 9 % of whatever is in it.
 */
export const LATENCY_BUCKETS = 70;
export const LATENCY_FIRST_BOUND_MS = 0.5;
export const LATENCY_BUCKETS_PER_DOUBLING = 4;

/** Counters of one route. They begin at 0 at `since`: when the route was made, or the agent started. */
export interface RouteUsage {
  host: string;
  owner: string;
  since: string;
  /** Counted when they come. */
  requests: number;
  /** Requests that got no whole answer from an instance. */
  failures: number;
  /** Of bodies and of upgraded connections. */
  bytesIn: number;
  bytesOut: number;
  /** Counted at their heads, by the first digit of their status, 1 to 5; those that the proxy made itself too. */
  responses: number[];
  /** From the request to the head of the response: number of the bucket to how many; empty buckets are absent. */
  latency: Record<string, number>;
}

/** One line of an instance's output. `cursor` is opaque, ordered within its stream, and stable. */
export interface LogLine {
  cursor: string;
  at: string;
  instance: string;
  labels: Record<string, string>;
  stream: 'stdout' | 'stderr' | 'system';
  content: string;
  /** Set when the next line of this instance and stream goes on where this one stops (it was too long, or unfinished). */
  partial?: boolean;
}

export const logQuery = z.strictObject({
  /** Lines after this cursor, oldest first. */
  after: z.string().max(128).optional(),
  /** Lines before this cursor, newest page, still listed oldest first. With neither: the newest page. */
  before: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  /** Only lines that contain this text, without regard to case. */
  search: z.string().max(256).optional(),
  instance: agentId.optional(),
  /** Only lines of instances that carry these label values, as `name=value`, several with commas between them. */
  label: z.string().max(1024).optional(),
  stream: z.enum(['stdout', 'stderr', 'system']).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
export type LogQuery = z.input<typeof logQuery>;

export interface LogPage {
  lines: LogLine[];
  /** For `before`; null when nothing older is kept. */
  previousCursor: string | null;
  /** For `after`; where to go on, also when this page is empty. */
  nextCursor: string | null;
}

/** Retention of one log stream; both hold, the stricter wins. */
export const logRetention = z.strictObject({ maxBytes: z.int().min(65_536), maxAgeMs: z.int().min(1000) });
export type LogRetention = z.infer<typeof logRetention>;

/** Containers whose output goes into logs, although another engine runs them. */
export const containerSource = z.strictObject({
  /** `unix:///PATH` or `tcp://127.0.0.1:PORT` of a Docker engine. */
  engine: z.string().max(4096),
  /** `name=value` that they carry; others are left alone. */
  label: z.string().max(512),
  /** Names of the labels that say which instance a container is, and which log its output belongs to. */
  instanceLabel: z.string().max(128),
  keyLabel: z.string().max(128),
  /** Labels of log lines, by the names of the containers' labels. */
  labels: z.record(z.string().max(64), z.string().max(128)),
});
export type ContainerSource = z.infer<typeof containerSource>;

/** What became of containers that were to end. */
export interface EndedContainers {
  /** So many instances have ended. */
  instances: number;
  /** Why there may be more: what their engine said, which one it is, and the label that they carry. */
  failure: { message: string; engine: string; label: string } | null;
}

export type { AgentInfo, IsolationInfo } from './agent-info.ts';

/** Closed list of what the agent answers instead of what was asked. */
export type AgentErrorCode =
  | 'AGENT_BAD_REQUEST'
  | 'AGENT_SOCKET_MISSING'
  | 'AGENT_NOT_FOUND'
  | 'AGENT_CONFLICT'
  | 'AGENT_UNREACHABLE'
  | 'AGENT_PROTOCOL_MISMATCH'
  | 'AGENT_DISK_FULL'
  | 'AGENT_INTERNAL';

export interface AgentErrorBody {
  code: AgentErrorCode;
  message: string;
}
