import { access, constants, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Toolchain } from '@davit/build-plan';
import semver from 'semver';
import { builderErrors } from '../builder-errors.ts';
import { runTool } from './run-tool.ts';
import { type InstalledToolchain, toolchainTitles } from './toolchain.ts';

/** How a toolchain of the host is asked for its version and its place. */
interface HostProbe {
  /** Programs to look for, in this order. */
  programs: string[];
  versionArguments: string[];
  /** Asks the tool itself where it is installed: programs of version managers are only signposts. */
  rootArguments?: string[];
  install: string;
}

const probes: Partial<Record<Toolchain['name'], HostProbe>> = {
  python: {
    programs: ['python3', 'python'],
    versionArguments: ['--version'],
    rootArguments: ['-c', 'import sys; print(sys.base_prefix)'],
    install: 'Install it (Debian: apt-get install python3 python3-venv).',
  },
  go: {
    programs: ['go'],
    versionArguments: ['version'],
    rootArguments: ['env', 'GOROOT'],
    install: 'Install it from the go.dev downloads.',
  },
  rust: {
    programs: ['rustc'],
    versionArguments: ['--version'],
    rootArguments: ['--print', 'sysroot'],
    install: 'Install it with rustup.',
  },
  java: {
    programs: ['java'],
    versionArguments: ['-version'],
    install: 'Install a JDK (Debian: apt-get install default-jdk-headless).',
  },
  maven: {
    programs: ['mvn'],
    versionArguments: ['--version'],
    install: 'Install it, or add the Maven wrapper to the source.',
  },
  gradle: {
    programs: ['gradle'],
    versionArguments: ['--version'],
    install: 'Install it, or add the Gradle wrapper to the source.',
  },
  ruby: {
    programs: ['ruby'],
    versionArguments: ['--version'],
    install: 'Install it (Debian: apt-get install ruby-full).',
  },
  php: { programs: ['php'], versionArguments: ['--version'], install: 'Install it (Debian: apt-get install php-cli).' },
  composer: {
    programs: ['composer'],
    versionArguments: ['--version'],
    install: 'Install it (Debian: apt-get install composer).',
  },
};

// What every sandbox shows already.
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib64'];

function isSystem(path: string): boolean {
  return systemFolders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry.startsWith('/'))) {
    const file = join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

/** Version managers of Java and Go print more than a version; the first thing that looks like one is meant. */
function versionIn(text: string): string | undefined {
  // Maven prints its version in bold, also when nobody looks: the 1 of "bold" is no version.
  return semver.coerce(stripVTControlCharacters(text).replace(/(\d)rc\d+/, '$1'))?.version;
}

function missing(toolchain: Toolchain, found: string | undefined, probe: HostProbe) {
  const title = toolchainTitles[toolchain.name];
  const there = found === undefined ? 'this machine has none' : `this machine has ${found}`;
  return builderErrors.BUILD_TOOLCHAIN_MISSING({
    message: `The source asks for ${title} ${toolchain.wanted} (${toolchain.source}); ${there}.`,
    hint: `${probe.install} Or change the version that the source asks for.`,
  });
}

async function rootOf(
  program: string,
  probe: HostProbe,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  if (probe.rootArguments !== undefined) {
    const { code, stdout } = await runTool([program, ...probe.rootArguments], { environment, timeoutMs: 30_000 });
    if (code === 0 && stdout.trim().startsWith('/')) return await realpath(stdout.trim());
  }
  return dirname(dirname(await realpath(program)));
}

/** A folder that others may not enter hides all below it from the user of a build, unless a sandbox shows it. */
async function assertReachable(root: string, title: string): Promise<void> {
  for (let folder = root; folder !== '/'; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) {
      throw builderErrors.BUILD_TOOLCHAIN_UNREACHABLE({
        message: `${title} is installed in ${root}, and only its owner may enter ${folder}: the user of the build cannot read it.`,
      });
    }
  }
}

/**
 * Finds a toolchain of this machine.
 * @throws AppError BUILD_TOOLCHAIN_MISSING with the version that is wanted, the one that is there and what to do
 */
export async function findHostToolchain(
  toolchain: Toolchain,
  options: { environment: Readonly<Record<string, string>>; seesPrivateFolders: boolean },
): Promise<InstalledToolchain> {
  const probe = probes[toolchain.name] ?? {
    programs: [toolchain.name],
    versionArguments: ['--version'],
    install: 'Install it.',
  };
  const { environment } = options;
  let found: string | undefined;
  for (const name of probe.programs) {
    const program = await findProgram(name, environment.PATH ?? '');
    if (program === undefined) continue;
    const { stdout, stderr } = await runTool([program, ...probe.versionArguments], { environment, timeoutMs: 60_000 });
    const version = versionIn(`${stdout}\n${stderr}`);
    if (version === undefined) continue;
    found ??= version;
    if (!semver.satisfies(version, toolchain.wanted)) continue;
    const root = await rootOf(program, probe, environment);
    // Named also where the system's folders are seen by all: Go's /usr/local/go/bin is on no PATH by itself.
    const binFolders = [join(root, 'bin')];
    if (isSystem(root)) return { name: toolchain.name, version, binFolders, readable: [] };
    if (!options.seesPrivateFolders) await assertReachable(root, toolchainTitles[toolchain.name]);
    return { name: toolchain.name, version, binFolders, readable: [root] };
  }
  throw missing(toolchain, found, probe);
}
