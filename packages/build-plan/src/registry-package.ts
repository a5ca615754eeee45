import semver from 'semver';
import type { Toolchain } from './plan.ts';

/** A machine as Node describes it: `process.platform`, `process.arch`, and whether its libc is musl. */
export interface ToolchainHost {
  platform: string;
  arch: string;
  isMusl: boolean;
}

/** Where a toolchain of `from: 'registry'` is had. */
export interface RegistryPackage {
  registry: 'npm' | 'pypi';
  name: string;
  /** The program inside: for npm relative to the package's folder, for PyPI the name of the installed script. */
  program: string;
}

/**
 * The package that ships a toolchain for a machine, or undefined when no registry has one (then it must be on the host).
 * None of them needs an install script: fetching and unpacking is enough.
 */
export function registryPackage(toolchain: Toolchain, host: ToolchainHost): RegistryPackage | undefined {
  const npm = (name: string, program: string): RegistryPackage => ({ registry: 'npm', name, program });
  const { platform, arch } = host;
  const isPc = arch === 'x64' || arch === 'arm64';
  switch (toolchain.name) {
    case 'node':
      return platform === 'linux' && isPc && !host.isMusl ? npm(`node-linux-${arch}`, 'bin/node') : undefined;
    case 'bun':
      return platform === 'linux' && isPc
        ? npm(`@oven/bun-linux-${arch === 'arm64' ? 'aarch64' : 'x64'}${host.isMusl ? '-musl' : ''}`, 'bin/bun')
        : undefined;
    case 'deno':
      return platform === 'linux' && isPc && !host.isMusl ? npm(`@deno/linux-${arch}-glibc`, 'deno') : undefined;
    case 'npm':
      return npm('npm', 'bin/npm-cli.js');
    case 'pnpm':
      return npm('pnpm', 'bin/pnpm.cjs');
    case 'yarn':
      // Yarn 2 and newer is published under another name; `yarn` ends with the classic 1.22.
      return semver.intersects(toolchain.wanted, '1.x')
        ? npm('yarn', 'bin/yarn.js')
        : npm('@yarnpkg/cli-dist', 'bin/yarn.js');
    case 'uv':
    case 'poetry':
    case 'pipenv':
    case 'pdm':
      return { registry: 'pypi', name: toolchain.name, program: toolchain.name };
    default:
      return undefined;
  }
}
