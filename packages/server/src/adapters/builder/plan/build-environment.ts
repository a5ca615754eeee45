import { isAbsolute, join } from 'node:path';
import type { BuildPlan } from '@davit/build-plan';
import { certificateVariables } from '../certificate-variables.ts';
import type { InstalledToolchain } from './toolchain.ts';

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Tells every tool of a build about the authority of a company's own network. */
export function certificateEnvironment(extraCaFile: string | undefined): Record<string, string> {
  if (extraCaFile === undefined) return {};
  return Object.fromEntries(certificateVariables.map((name) => [name, extraCaFile]));
}

/** PATH of a plan: what the plan itself makes, then its toolchains, then the system. */
export function pathOf(plan: BuildPlan, root: string, toolchains: readonly InstalledToolchain[]): string {
  const own = plan.pathFolders.map((folder) => (isAbsolute(folder) ? folder : join(root, plan.rootFolder, folder)));
  return [...own, ...toolchains.flatMap(({ binFolders }) => binFolders), ...systemPath].join(':');
}

/** What processes of an artifact are given besides the service's variables. */
export function artifactEnvironment(
  plan: BuildPlan,
  root: string,
  toolchains: readonly InstalledToolchain[],
): Record<string, string> {
  return { LANG: 'C.UTF-8', ...plan.environment, PATH: pathOf(plan, root, toolchains) };
}

/** Folders besides its own that a build or an artifact reads. */
export function readableFolders(toolchains: readonly InstalledToolchain[]): string[] {
  return [...new Set(toolchains.flatMap(({ readable }) => readable))];
}
