import type { PlanProcess, PlanStep, StaticSite, Toolchain } from './plan.ts';
import { PlanError } from './plan-error.ts';
import { joinInside, type SourceFolder } from './source-folder.ts';

/** What a detector may look at. */
export interface DetectionContext {
  /** The folder of the service. */
  source: SourceFolder;
  /** The whole source: for workspaces whose root lies above the service. */
  repository: SourceFolder;
}

/** What to start, or why that is not known: a start command or a Procfile of the user can still make it whole. */
export type Start =
  | { kind: 'processes'; processes: PlanProcess[] }
  | { kind: 'static'; site: StaticSite }
  | { kind: 'unknown'; problem: PlanError };

/** What one language makes of a folder. Steps' paths are relative to the whole source, see {@link fromService}. */
export interface Detection {
  language: string;
  framework: string | null;
  packageManager: string | null;
  /** Set when a workspace's only application was chosen: the folder of it, relative to the whole source. */
  rootFolder?: string;
  toolchains: Toolchain[];
  steps: PlanStep[];
  start: Start;
  environment: Record<string, string>;
  pathFolders: string[];
  reasons: string[];
  warnings: string[];
}

/** One language. `detect` says undefined when the folder is not of its kind. */
export interface LanguageDetector {
  readonly language: string;
  detect(context: DetectionContext): Promise<Detection | undefined>;
}

/** A path of the service's folder as a path of the whole source. */
function fromService(source: SourceFolder, path: string): string {
  return joinInside(source.folder, path);
}

/** A step in the service's own folder; `cacheInputs` and `cacheFolders` are given relative to that. */
export function stepIn(
  source: SourceFolder,
  step: Pick<PlanStep, 'name' | 'commands' | 'reason'> & Partial<PlanStep>,
): PlanStep {
  return {
    homeCacheFolders: [],
    cacheMode: 'incremental',
    environment: {},
    ...step,
    folder: source.folder,
    cacheInputs: (step.cacheInputs ?? []).map((path) => fromService(source, path)),
    cacheFolders: (step.cacheFolders ?? []).map((path) => fromService(source, path)),
  };
}

/** Of some files, those that are there. */
export async function existing(source: SourceFolder, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) if (await source.exists(path)) found.push(path);
  return found;
}

/** The first of some files that is there. */
export async function firstExisting(source: SourceFolder, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await source.kindOf(path)) === 'file') return path;
  return undefined;
}

/** The usual start: one process that listens. */
export function web(argv: string[], reason: string): Start {
  return { kind: 'processes', processes: [{ name: 'web', argv, artifact: null, reason }] };
}

/** No start was found; the hint says what would be one. */
export function unknownStart(message: string, hint: string): Start {
  return { kind: 'unknown', problem: new PlanError('PLAN_NO_START', message, { hint }) };
}

/** Several starts were found; `choices` are named to the user. */
export function ambiguousStart(what: string, choices: readonly string[], hint: string): Start {
  const shown = choices.length > 12 ? [...choices.slice(0, 12), '…'] : choices;
  return {
    kind: 'unknown',
    problem: new PlanError('PLAN_AMBIGUOUS_START', `Several ${what} could be started: ${shown.join(', ')}.`, { hint }),
  };
}
