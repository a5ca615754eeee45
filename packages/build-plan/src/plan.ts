/** Everything davit knows how to ask for before a build; see {@link Toolchain}. */
export type ToolchainName =
  | 'node'
  | 'npm'
  | 'pnpm'
  | 'yarn'
  | 'bun'
  | 'python'
  | 'pip'
  | 'uv'
  | 'poetry'
  | 'pipenv'
  | 'pdm'
  | 'go'
  | 'rust'
  | 'java'
  | 'maven'
  | 'gradle'
  | 'ruby'
  | 'php'
  | 'composer'
  | 'deno';

/** A compiler, interpreter or package manager that must be first on PATH while a step or a process runs. */
export interface Toolchain {
  name: ToolchainName;
  /**
   * A semver range that `semver.satisfies(version, wanted)` accepts, or an exact version; `*` means any. Versions of other
   * schemes are to be brought to three numbers first (Python `3.12`, Java `17`, Go `1.22rc1`).
   */
  wanted: string;
  /** Where the wish was written, for a person: `.nvmrc`, `package.json engines (>=20)`, `default`. */
  source: string;
  /** `registry`: davit can fetch it, see {@link registryPackage}. `host`: it must be on the machine already. */
  from: 'registry' | 'host';
}

/** One thing to do before anything can start. Steps run in the order of the plan. */
export interface PlanStep {
  name: 'install' | 'build';
  /** Where the commands run, relative to the source's root (`.` is the root). A workspace installs at its own root. */
  folder: string;
  /** Each an argv array. A shell appears only as `['/bin/sh', '-c', TEXT]` with the user's own text, unmodified. */
  commands: string[][];
  /**
   * What decides whether an `exact` step may be reused, relative to the source's root: lockfiles, manifests, and folders,
   * which stand for everything in them (`.` is the whole source). Toolchain versions and the step itself belong to the key too.
   */
  cacheInputs: string[];
  /**
   * Folders that the step makes and that are kept, relative to the source's root. Each build needs its own copy (hard links
   * do): later steps and the running program may write into them.
   */
  cacheFolders: string[];
  /** Folders below the HOME of the build that are worth keeping (download caches); always safe to keep or to lose. */
  homeCacheFolders: string[];
  /** `exact`: reuse only when inputs are identical, then skip the step. `incremental`: restore, then run anyway. */
  cacheMode: 'exact' | 'incremental';
  /** One sentence. */
  reason: string;
  /** For this step only, on top of the plan's. */
  environment: Record<string, string>;
}

/** A file that has its final name only after the build. Exactly one may match; see {@link resolveProcessArgv}. */
export interface BuildArtifact {
  /** Relative to the plan's rootFolder; `*` within one name, `**` over folders. */
  glob: string;
  /** Globs of files that match but are not meant, such as sources jars. */
  except: string[];
}

/** Stands in an argv for the path of the process's {@link BuildArtifact}; always a whole argument. */
export const ARTIFACT_ARGUMENT = '{artifact}';

/** A kind of instance that a release can start. */
export interface PlanProcess {
  /** `web` is the one that listens on PORT. */
  name: string;
  /** May hold {@link ARTIFACT_ARGUMENT} when `artifact` is set. */
  argv: string[];
  artifact: BuildArtifact | null;
  reason: string;
}

/** Files served as they are, by a server that davit brings. `404.html` in the folder is served with status 404. */
export interface StaticSite {
  /** Relative to the plan's rootFolder; there after the build. */
  folder: string;
  /** The file of `folder` that answers unknown paths with status 200 (client-side routing), or none. */
  fallback: string | null;
}

/** How a source becomes something that runs, and why. Plain data: it survives JSON. */
export interface BuildPlan {
  /** `node`, `python`, `go`, `rust`, `java`, `ruby`, `php`, `deno`, `static`, `shell`. */
  language: string;
  framework: string | null;
  packageManager: string | null;
  /** Where processes run, relative to the source's root. */
  rootFolder: string;
  toolchains: Toolchain[];
  steps: PlanStep[];
  /** Empty exactly when `staticSite` is set. */
  processes: PlanProcess[];
  /** Runs once after the build and before the release starts. */
  release: string[] | null;
  staticSite: StaticSite | null;
  /** For the build and for processes; the user's variables win over it. */
  environment: Record<string, string>;
  /** Put first on PATH, in this order, for steps and processes; relative to rootFolder. */
  pathFolders: string[];
  /** Plain sentences: what was seen and what follows from it. */
  reasons: string[];
  /** What works but is likely not what the user wants. */
  warnings: string[];
}

/** What the user set for the service; an absent, empty or blank text means: detect it. */
export interface BuildOverrides {
  installCommand?: string | undefined;
  buildCommand?: string | undefined;
  /** Replaces the process `web` (and a static site), keeps the other processes of a Procfile. */
  startCommand?: string | undefined;
  /** Folder of the service inside the source, relative, without `..`. */
  rootFolder?: string | undefined;
}
