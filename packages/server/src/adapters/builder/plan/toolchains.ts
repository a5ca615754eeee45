import type { BuildPlan, Toolchain } from '@davit/build-plan';
import { registryPackage } from '@davit/build-plan';
import semver from 'semver';
import { findHostToolchain } from './host-toolchain.ts';
import { fetchToolchain, type RegistryOptions } from './registry-toolchain.ts';
import type { InstalledToolchain } from './toolchain.ts';

const host = {
  platform: process.platform,
  arch: process.arch,
  // Node's report names the C library it was built for; musl leaves this field out.
  isMusl:
    process.platform === 'linux' &&
    (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header?.glibcVersionRuntime ===
      undefined,
};

/** npm is no part of the package that ships Node; the newest line that runs on it goes with it. */
function npmFor(nodeVersion: string): Toolchain {
  let wanted = '8.x';
  if (semver.gte(nodeVersion, '20.17.0')) wanted = '11.x';
  else if (semver.gte(nodeVersion, '18.17.0')) wanted = '10.x';
  return { name: 'npm', wanted, source: `Node.js ${nodeVersion}`, from: 'registry' };
}

function needsNpm(plan: BuildPlan): boolean {
  if (plan.toolchains.some(({ name }) => name === 'npm')) return false;
  if (!plan.toolchains.some(({ name }) => name === 'node')) return false;
  const commands = [...plan.steps.flatMap((step) => step.commands), ...plan.processes.map(({ argv }) => argv)];
  return commands.some(
    ([program = '', ...rest]) =>
      /^(npm|npx)$/.test(program) || (program === '/bin/sh' && /\bnp[mx]\b/.test(rest.join(' '))),
  );
}

/** Everything that a plan needs on PATH, found or fetched. */
export async function resolveToolchains(
  plan: BuildPlan,
  options: RegistryOptions & { seesPrivateFolders: boolean },
): Promise<InstalledToolchain[]> {
  const resolve = async (toolchain: Toolchain) => {
    const source = toolchain.from === 'registry' ? registryPackage(toolchain, host) : undefined;
    return source === undefined
      ? await findHostToolchain(toolchain, options)
      : await fetchToolchain(toolchain, source, options);
  };
  const installed: InstalledToolchain[] = [];
  for (const toolchain of plan.toolchains) installed.push(await resolve(toolchain));
  const node = installed.find(({ name }) => name === 'node');
  if (node !== undefined && needsNpm(plan)) installed.push(await resolve(npmFor(node.version)));
  return installed;
}
