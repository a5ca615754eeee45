import { type BuildOverrides, type BuildPlan, detectPlan, PlanError, type PlanStep } from '../../src/index.ts';
import { sourceTree, type Tree } from './source-tree.ts';

/** A plan in few words, so that a test reads as what it promises. */
export interface PlanInWords {
  language: string;
  framework: string | null;
  root: string;
  needs: string[];
  install: string[];
  build: string[];
  start: Record<string, string>;
  site: string | null;
  cached: string[];
  plan: BuildPlan;
}

/** The plan of a tree of files. */
export async function planOf(tree: Tree, overrides?: BuildOverrides): Promise<PlanInWords> {
  await using source = await sourceTree(tree);
  return inWords(await detectPlan(source.root, overrides));
}

export function inWords(plan: BuildPlan): PlanInWords {
  const commands = (name: PlanStep['name']) =>
    plan.steps
      .filter((step) => step.name === name)
      .flatMap((step) => step.commands.map((argv) => (step.folder === '.' ? '' : `[${step.folder}] `) + words(argv)))
      // Every environment of Python is made movable at the end; one test looks at that, the others need not.
      .filter((command) => !command.includes('<program>'));
  return {
    language: plan.language,
    framework: plan.framework,
    root: plan.rootFolder,
    needs: plan.toolchains.map((tool) => `${tool.name} ${tool.wanted} < ${tool.source}`),
    install: commands('install'),
    build: commands('build'),
    start: Object.fromEntries(plan.processes.map((process) => [process.name, words(process.argv)])),
    site: plan.staticSite === null ? null : `${plan.staticSite.folder} > ${plan.staticSite.fallback}`,
    cached: plan.steps.flatMap((step) => step.cacheFolders.map((folder) => `${step.cacheMode} ${folder}`)),
    plan,
  };
}

function words(argv: string[]): string {
  const [shell, option, text = '', , ...parameters] = argv;
  if (shell === '/bin/sh' && option === '-c') return `sh(${text})${parameters.map((part) => ` ${part}`).join('')}`;
  return argv.map((part) => (part.includes('\n') ? '<program>' : part)).join(' ');
}

/** The error that planning a tree ends with; fails when there is a plan. */
export async function problemOf(tree: Tree, overrides?: BuildOverrides): Promise<PlanError> {
  await using source = await sourceTree(tree);
  let plan: BuildPlan;
  try {
    plan = await detectPlan(source.root, overrides);
  } catch (error) {
    if (error instanceof PlanError) return error;
    throw error;
  }
  throw new Error(`there is a plan: ${JSON.stringify(inWords(plan))}`);
}
