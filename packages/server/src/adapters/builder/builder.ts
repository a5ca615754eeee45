/** What a person may say about a build instead of letting davit find out. Commands are the user's own shell text. */
export interface BuildOverrides {
  installCommand?: string | undefined;
  buildCommand?: string | undefined;
  startCommand?: string | undefined;
  dockerfilePath?: string | undefined;
}

export interface BuildRequest {
  /** Unique and stable per build: a build found again after a crash goes on under this id. */
  id: string;
  /** Whose dependency cache and which unprivileged user: a service's id. */
  cacheKey: string;
  /** The source, already in place; the build happens here and the artifact stays here. */
  folder: string;
  /** Relative to `folder`; '' for the top. */
  rootFolder: string;
  overrides: BuildOverrides;
  /** The service's variables, for the build's environment. */
  variables: Readonly<Record<string, string>>;
  limits: { memoryBytes?: number | undefined; cpus?: number | undefined };
  timeoutMs: number;
}

/** One process type that the artifact can run. */
export interface ArtifactProcess {
  name: string;
  argv: string[];
}

/** What a build makes: everything needed to start instances, now or at a rollback. Stored as JSON with the release. */
export interface Artifact {
  kind: 'folder';
  folder: string;
  /** Working folder of the processes, absolute. */
  cwd: string;
  processes: ArtifactProcess[];
  release: string[] | null;
  /** Environment that belongs to the artifact (PATH of its toolchains, NODE_ENV, …); variables of the service win. */
  environment: Record<string, string>;
  /** Folders outside the artifact that it needs at run time (toolchains, shared dependencies). */
  readable: string[];
}

export interface BuildOutput {
  write(stream: 'stdout' | 'stderr' | 'system', text: string): void;
  /** Resolves when it takes more; what is written without waiting may be dropped. */
  room(): Promise<void>;
  /**
   * Announces a command by a line of its own. Tells how many of its lines are stored already: more than none when this
   * build goes on with a command that an earlier server had started.
   */
  announce(title: string): Promise<{ stdout: number; stderr: number }>;
}

export interface BuildPlanSummary {
  /** Lines for a person: what was found and what follows. */
  lines: string[];
  /** Opaque to everyone but this builder; JSON. */
  plan: unknown;
}

/** What a builder must leave alone. */
export interface BuildUse {
  /** Of all releases that may still be started. */
  artifacts: readonly Pick<Artifact, 'readable'>[];
  /** Cache keys of what may be built at this moment. */
  busy: ReadonlySet<string>;
}

/** Source → artifact. */
export interface Builder {
  readonly name: 'plan' | 'dockerfile' | 'railpack';
  plan(request: BuildRequest, signal: AbortSignal): Promise<BuildPlanSummary>;
  /**
   * Repeatable: commands that still run from an earlier try are attached to, finished ones are not run again. Their ids
   * begin with the request's and a dash; the caller removes them once it has recorded that the build is done.
   */
  build(request: BuildRequest, plan: unknown, output: BuildOutput, signal: AbortSignal): Promise<Artifact>;
  /** Ends what a build left running and removes what is no artifact. */
  abandon(request: Pick<BuildRequest, 'id' | 'folder'>, signal: AbortSignal): Promise<void>;
  /** Frees the artifact of a release that nobody can roll back to any more. */
  remove(artifact: Artifact, signal: AbortSignal): Promise<void>;
  /** Frees what no release needs and no build used for long; the next build that wants it gets it again. */
  tidy(use: BuildUse, signal: AbortSignal): Promise<void>;
  /** Drops a service's caches. */
  removeCache(cacheKey: string, signal: AbortSignal): Promise<void>;
}
