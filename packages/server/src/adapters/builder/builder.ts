/** What a person may say about a build instead of letting davit find out. Commands are the user's own shell text. */
export interface BuildOverrides {
  installCommand?: string | undefined;
  buildCommand?: string | undefined;
  startCommand?: string | undefined;
  /** Who finds out how an image is built; undefined: davit. */
  builder?: 'railpack' | undefined;
  /** Relative to the root folder; undefined: `Dockerfile`, when it is there. */
  dockerfilePath?: string | undefined;
  /** The stage of the Dockerfile that is wanted; undefined: the last one. */
  target?: string | undefined;
  /** Of the Dockerfile. They are no secrets: they stay in the image. */
  buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Of the image, such as `linux/amd64`; undefined: that of the machine which builds. */
  platform?: string | undefined;
}

/** How a registry of images lets a build in. */
export interface RegistryLogin {
  /** Host name, with its port where it has one. */
  server: string;
  username: string;
  password: string;
}

export interface BuildRequest {
  /** Unique and stable per build: a build found again after a crash goes on under this id. */
  id: string;
  /** With whom it takes turns for room on this machine; undefined: of davit itself. */
  organizationId?: string | undefined;
  /** Whose dependency cache and which unprivileged user: a service's id. */
  cacheKey: string;
  /** The source, already in place; the build happens here and the artifact stays here. */
  folder: string;
  /** Relative to `folder`; '' for the top. */
  rootFolder: string;
  overrides: BuildOverrides;
  /** Stops once the dependencies are there: nothing is built, and nothing need say how it is started. */
  dependenciesOnly?: boolean | undefined;
  /** The service's variables, for the build's environment. */
  variables: Readonly<Record<string, string>>;
  limits: { memoryBytes?: number | undefined; cpus?: number | undefined };
  timeoutMs: number;
  /** For private images that the build begins with. */
  registries?: readonly RegistryLogin[] | undefined;
  /** Names of images that were fetched for others than who builds: what is kept of them here is not for everybody. */
  othersImages?: (() => Promise<readonly string[]>) | undefined;
  /** `name@sha256:…` of the image that the service serves from, which may know steps that nobody else does; undefined: there is none. */
  servingImage?: (() => Promise<string | undefined>) | undefined;
}

/** One process type that the artifact can run. */
export interface ArtifactProcess {
  name: string;
  /** Null, for an image only: its own entrypoint and command. */
  argv: string[] | null;
}

/** A process of a folder: nothing but its command says what it starts. */
export interface FolderProcess extends ArtifactProcess {
  argv: string[];
}

/** What every artifact says. */
interface ArtifactBase {
  processes: ArtifactProcess[];
  /** What is run once before a release serves. */
  release: string[] | null;
  /** Environment that belongs to the artifact (PATH of its toolchains, NODE_ENV, …); variables of the service win. */
  environment: Record<string, string>;
}

/** A folder on this machine, for plain processes. */
export interface FolderArtifact extends ArtifactBase {
  kind: 'folder';
  folder: string;
  processes: FolderProcess[];
  /** Working folder of the processes, absolute. */
  cwd: string;
  /** Folders outside the artifact that it needs at run time (toolchains, shared dependencies). */
  readable: string[];
}

/** An image, for a container engine. */
export interface ImageArtifact extends ArtifactBase {
  kind: 'image';
  /** What the runtime starts: the id of an image that is here (`sha256:…`), or `name@sha256:…`, which is pulled where it is not. */
  reference: string;
  /** Of its manifest in the registry; null while it is in none. */
  digest: string | null;
  /** The name that it has in the registry, with its tag; null when it was not pushed. */
  pushedTo: string | null;
  /** `linux/amd64`. */
  platform: string;
  /** The port that the image says it listens on. */
  exposedPort: number | null;
  /** With the image that it begins with; absent in releases of before it was recorded. */
  bytes?: number | undefined;
}

/** What a build makes: everything needed to start instances, now or at a rollback. Stored as JSON with the release. */
export type Artifact = FolderArtifact | ImageArtifact;

/** A part of a build that has ended, for who wants to know where the time went. */
export interface BuildStage {
  title: string;
  /** Of one that goes on from an earlier server: since this one reads along. */
  seconds: number;
  /** It was there already. */
  cached: boolean;
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
  /** Absent where nobody asks. Repeated by a build that another server goes on with. */
  stage?: ((stage: BuildStage) => void) | undefined;
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
  artifacts: readonly Artifact[];
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
  /** Ends what a build left running and removes what is no artifact; with its cache key also what it has pushed. */
  abandon(
    request: Pick<BuildRequest, 'id' | 'folder'> & Partial<Pick<BuildRequest, 'cacheKey'>>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes the folder that the artifact was built from, unless it is the artifact, and what its build has put beside it. */
  removeSource(artifact: Artifact, folder: string, signal: AbortSignal): Promise<void>;
  /** Whether it is on this machine, or can be fetched: else only a build brings it back. */
  has(artifact: Artifact, signal: AbortSignal): Promise<boolean>;
  /** Frees the artifact of a release that nobody can roll back to any more. */
  remove(artifact: Artifact, signal: AbortSignal): Promise<void>;
  /** Frees what no release needs and no build used for long; the next build that wants it gets it again. */
  tidy(use: BuildUse, signal: AbortSignal): Promise<void>;
  /** Drops a service's caches. */
  removeCache(cacheKey: string, signal: AbortSignal): Promise<void>;
}

/** A builder of folders, for what must run on this machine itself. */
export interface FolderBuilder extends Builder {
  build(request: BuildRequest, plan: unknown, output: BuildOutput, signal: AbortSignal): Promise<FolderArtifact>;
}
