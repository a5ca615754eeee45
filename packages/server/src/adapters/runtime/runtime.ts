/** What an instance belongs to; carried by the runtime and given back, so that a list tells what is whose. */
export interface InstanceLabels {
  serviceId: string;
  releaseId: string;
  deploymentId: string;
  /** `web`, `worker`, … */
  process: string;
  /** 0 to replicas − 1. */
  ordinal: number;
  /** Raised by a restart of the service. */
  generation: number;
}

/** A folder of this machine that an instance runs in. */
export interface FolderRoot {
  kind: 'folder';
  /** Working folder, absolute. */
  folder: string;
  /** Folders it may write: its artifact. */
  writable: readonly string[];
  /** Folders it may read besides: toolchains, shared dependencies. */
  readable: readonly string[];
}

/** An image that an instance is a container of. Where it comes from, and who may pull it, is the runtime's to know. */
export interface ImageRoot {
  kind: 'image';
  /** The id of an image that is here, or `name@sha256:…`. */
  reference: string;
  /** Instances of one environment find each other by these names; those of others cannot reach them. */
  network: { environmentId: string; alias: string };
  /** Where it listens when it has a port; given as `PORT` all the same. */
  port: number;
  /** Nothing of it can be written but /tmp. */
  readOnly: boolean;
}

/** What an instance runs in; it says which of the runtimes of a machine is the one to ask. */
export const rootKinds = ['folder', 'image'] as const;
export type RootKind = (typeof rootKinds)[number];

/** So many processes and threads of an instance or a command: room for every application, none for a fork bomb. */
export const mostProcesses = 4096;

export interface InstanceRequest {
  /** Chosen by the caller; the same id is the same instance. */
  id: string;
  labels: InstanceLabels;
  /** A runtime refuses a root that it cannot run: see {@link Runtime.start}. */
  root: FolderRoot | ImageRoot;
  /** Null: what the image itself starts. */
  argv: readonly string[] | null;
  env: Readonly<Record<string, string>>;
  /** Gets a port, as `PORT`. */
  hasPort: boolean;
  limits: { memoryBytes?: number | undefined; cpus?: number | undefined };
  restart: { policy: 'always' | 'on-failure' | 'never'; maxRestarts: number };
  stopGraceMs: number;
}

export type RuntimeInstanceState =
  | 'starting'
  | 'running'
  | 'backing-off'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'interrupted'
  | 'incomplete';

export interface RuntimeInstance {
  id: string;
  labels: InstanceLabels;
  /**
   * `incomplete`: it may run, but must be asked for again before it could be restarted. `interrupted`: it does not run, and did
   * not end by itself, so whoever wants it asks for it again.
   */
  state: RuntimeInstanceState;
  address: { host: string; port: number } | null;
  startedAt: string | null;
  restarts: number;
  /** One sentence on how it last ended. */
  lastExit: string | null;
}

export interface HealthCheck {
  /** Null: an accepted connection is enough. */
  path: string | null;
  intervalMs: number;
  timeoutMs: number;
}

export interface RuntimeInfo {
  name: 'process' | 'docker' | 'kubernetes';
  isolation: 'sandbox' | 'user' | 'none';
  limits: boolean;
  /** What is missing and how to get it, one sentence each. */
  missing: readonly string[];
  /** What does not answer now and who waits for it, as a sentence without names; absent when everything answers. */
  away?: string;
}

export interface InstanceUsage {
  instanceId: string;
  serviceId: string;
  /** RFC 3339. */
  at: string;
  /** When the instance's process began, RFC 3339: the counters below began at 0 then. */
  startedAt: string;
  cpuMs: number;
  memoryBytes: number;
  /** Bytes that disks read and wrote for it; null where the host does not tell. */
  disk: { readBytes: number; writtenBytes: number } | null;
}

export interface TerminalSize {
  cols: number;
  rows: number;
}

/** What is to run in an instance. */
export interface TerminalRequest extends TerminalSize {
  /** A program and its arguments; a shell when it is left out. */
  command?: readonly string[] | undefined;
  /** `false`: pipes instead of a terminal. Each piece of output then begins with 1 (stdout) or 2 (stderr), and the input has an end. */
  tty?: boolean | undefined;
}

/** How a terminal ended. `killed`: with its instance, or for lack of memory. `stopped`: by davit. `idle`: nobody used it. `lost`: nobody saw how. */
export interface TerminalExit {
  /** Of the shell, for `exited`. */
  code: number | null;
  reason: 'exited' | 'killed' | 'stopped' | 'idle' | 'lost';
}

/** A shell within an instance: its files, processes, user, limits and environment. */
export interface InstanceTerminal {
  /** What programs print; to be iterated once. Whoever does not go on holds the programs back. Ends with the terminal. */
  readonly output: AsyncIterable<Buffer>;
  /** To be asked once `output` has ended. */
  exit(): TerminalExit;
  /** Types; resolves when more may be typed. */
  write(bytes: Buffer): Promise<void>;
  /** The end of a command's input, where it has no terminal. */
  endInput(): void;
  resize(size: TerminalSize): void;
  /** Ends it, with all that was started in it. */
  close(): void;
}

/** Which instances are asked about: those that all given parts hold for. */
export interface InstanceFilter {
  /** In such a root; that can be told while what runs the others is away. */
  kind?: RootKind;
  /** Of this service: what there is of others costs nothing then. */
  serviceId?: string;
}

/** Runs a release's instances. One contract suite holds every implementation to the same behaviour. */
export interface Runtime {
  describe(signal: AbortSignal): Promise<RuntimeInfo>;
  /** Makes the instance exist; a running one with this id is left alone. @throws AppError RELEASE_OF_OTHER_RUNTIME */
  start(request: InstanceRequest, signal: AbortSignal): Promise<RuntimeInstance>;
  /** @throws AppError INSTANCE_EXITED, INSTANCE_NOT_LISTENING, INSTANCE_ON_OTHER_PORT, INSTANCE_UNHEALTHY with the cause */
  waitUntilHealthy(instanceId: string, check: HealthCheck, signal: AbortSignal): Promise<void>;
  /** Davit's instances here, whoever started them. */
  list(signal: AbortSignal, filter?: InstanceFilter): Promise<RuntimeInstance[]>;
  /** Ends it (gracefully first) and forgets it; unknown ids are fine. */
  stop(instanceId: string, signal: AbortSignal): Promise<void>;
  usage(signal: AbortSignal, filter?: Pick<InstanceFilter, 'serviceId'>): Promise<InstanceUsage[]>;
  /** The last output of an instance, for an error message; empty when there is none. */
  tail(instanceId: string, maxBytes: number, signal: AbortSignal): Promise<string>;
  /** `signal` ends only the opening. @throws AppError TERMINAL_UNAVAILABLE */
  openTerminal(instanceId: string, request: TerminalRequest, signal: AbortSignal): Promise<InstanceTerminal>;
}
