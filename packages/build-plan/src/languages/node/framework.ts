import type { Start } from '../../detection.ts';
import type { SourceFolder } from '../../source-folder.ts';
import type { NodeManifest } from './manifest.ts';

/** What a framework knows about itself. */
export interface FrameworkPlan {
  /** Command of the framework that builds, for when package.json has no script `build`. */
  build: string[] | undefined;
  /** How its result is served. */
  start: Start;
  /** Whether `start` here counts for more than the script `start` of package.json, such as for a purely static result. */
  ignoresStartScript: boolean;
  environment: Record<string, string>;
  /** Kept between builds, relative to the service. */
  buildCaches: string[];
  reasons: string[];
}

export interface Framework {
  readonly name: string;
  /** The package that gives it away. */
  readonly package: string;
  plan(source: SourceFolder, manifest: NodeManifest): Promise<FrameworkPlan>;
}

/** A plan with the parts that most frameworks leave empty. */
export function frameworkPlan(plan: Pick<FrameworkPlan, 'start'> & Partial<FrameworkPlan>): FrameworkPlan {
  return { build: undefined, ignoresStartScript: false, environment: {}, buildCaches: [], reasons: [], ...plan };
}

/** The start of files that are served as they are. */
export function site(folder: string, fallback: string | null): Start {
  return { kind: 'static', site: { folder, fallback } };
}

/**
 * Text of the first configuration file of that name, without comments. It is a program, so only plain texts can be read from
 * it: what it computes is not seen, and the service's start command is the way out.
 */
export async function readConfig(source: SourceFolder, name: string): Promise<string> {
  for (const extension of ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts']) {
    const text = await source.readText(`${name}.${extension}`);
    if (text !== undefined) return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"\w])\/\/[^\n]*/g, '');
  }
  return '';
}

/** The text that a setting is given in a configuration file: `outDir: 'build'` → `build`. */
export function settingOf(config: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\b${name}\\s*:\\s*['"\`]([\\w./-]+)['"\`]`).exec(config) ?? [];
  const folder = value?.replace(/^\.\//, '').replace(/\/+$/, '');
  return folder === undefined || folder === '' || folder.startsWith('/') || folder.split('/').includes('..')
    ? undefined
    : folder;
}
