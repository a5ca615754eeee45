import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { iacErrors } from '../iac-errors.ts';

/** A language that Pulumi runs programs in, by its name in Pulumi.yaml: what must be on the machine beside its language host. */
interface Language {
  readonly title: string;
  readonly toolchain: { readonly program: string; readonly install: string } | null;
}

const languages: Readonly<Record<string, Language>> = {
  nodejs: { title: 'JavaScript', toolchain: null },
  python: {
    title: 'Python',
    toolchain: { program: 'python3', install: 'Install Python (Debian: apt-get install python3 python3-venv).' },
  },
  go: { title: 'Go', toolchain: { program: 'go', install: 'Install Go (https://go.dev/dl).' } },
  java: { title: 'Java', toolchain: { program: 'java', install: 'Install a JDK (Debian: default-jdk-headless).' } },
  dotnet: {
    title: '.NET',
    toolchain: { program: 'dotnet', install: 'Install the .NET SDK (https://dotnet.microsoft.com/download).' },
  },
  yaml: { title: 'YAML', toolchain: null },
};

/** Where a program in another language finds what runs it. */
export interface InstalledLanguage {
  /** For PATH. */
  readonly folders: readonly string[];
  /** Beside the system's own folders. */
  readonly readable: readonly string[];
}

async function find(program: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, program);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

const isSystems = (path: string): boolean => /^\/(usr|bin|lib|lib64|sbin)\//.test(path);

/** The folders that a program needs to be seen: its own, and that of the installation it is a part of. */
async function readableOf(path: string): Promise<string[]> {
  const real = await realpath(path);
  const top = dirname(dirname(real));
  const folders = [dirname(path), dirname(real), ...(real.endsWith(`/bin/${real.split('/').at(-1)}`) ? [top] : [])];
  return folders.filter((folder) => !isSystems(`${folder}/`) && folder !== '/');
}

/**
 * What runs a program whose Pulumi.yaml names this runtime. `hosts` are looked through for its language host, `path` for its
 * toolchain.
 *
 * @throws AppError IAC_LANGUAGE_UNKNOWN, IAC_LANGUAGE_MISSING
 */
export async function findLanguage(
  runtime: string,
  { hosts, path }: { hosts: readonly string[]; path: string },
): Promise<InstalledLanguage> {
  const language = Object.hasOwn(languages, runtime) ? languages[runtime] : undefined;
  if (language === undefined) {
    throw iacErrors.IAC_LANGUAGE_UNKNOWN({
      message: `The module's Pulumi.yaml names the runtime "${runtime.slice(0, 40)}"; there are ${Object.keys(languages).join(', ')}.`,
    });
  }
  const onPath = path.split(delimiter).filter((folder) => isAbsolute(folder));
  const host = await find(`pulumi-language-${runtime}`, [...hosts, ...onPath]);
  if (host === undefined) {
    throw iacErrors.IAC_LANGUAGE_MISSING({
      message: `The module is written in ${language.title}, and this server has no pulumi-language-${runtime}.`,
      hint: `Put pulumi-language-${runtime} beside \`pulumi\` or on the PATH of the server: Pulumi's own downloads hold it (https://www.pulumi.com/docs/install).`,
    });
  }
  if (language.toolchain === null) return { folders: [dirname(host)], readable: await readableOf(host) };
  const { program, install } = language.toolchain;
  const tool = await find(program, [...onPath, '/usr/local/bin', '/usr/bin', '/bin']);
  if (tool === undefined) {
    throw iacErrors.IAC_LANGUAGE_MISSING({
      message: `The module is written in ${language.title}, and this server has no ${program}.`,
      hint: `${install} It must be on the PATH of the server.`,
    });
  }
  return {
    folders: [dirname(host), dirname(tool)],
    readable: [...(await readableOf(host)), ...(await readableOf(tool))],
  };
}
