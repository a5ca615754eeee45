import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import semver from 'semver';
import { iacErrors } from '../iac-errors.ts';

/** The Pulumi CLI of this machine. */
export interface PulumiCli {
  /** Absolute; holds `pulumi`. */
  readonly folder: string;
  readonly version: string;
}

/** The first with what the Automation API of the SDK that davit has asks for; 3.200 is the one that the tests run. */
const oldest = '3.150.0';

async function findProgram(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, 'pulumi');
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

/**
 * Looks for `pulumi` in these folders, in their order.
 *
 * @throws AppError IAC_ENGINE_MISSING, IAC_ENGINE_TOO_OLD
 */
export async function findPulumi(folders: readonly string[], signal: AbortSignal): Promise<PulumiCli> {
  const program = await findProgram(folders.filter((folder) => isAbsolute(folder)));
  if (program === undefined) throw iacErrors.IAC_ENGINE_MISSING();
  const env = { PATH: '/usr/bin:/bin', PULUMI_SKIP_UPDATE_CHECK: 'true', HOME: '/nonexistent' };
  const { stdout } = await promisify(execFile)(program, ['version'], { env, signal, timeout: 20_000 });
  const version = semver.clean(stdout.trim()) ?? undefined;
  if (version === undefined || semver.lt(version, oldest)) {
    throw iacErrors.IAC_ENGINE_TOO_OLD({
      message: `${program} is Pulumi ${version ?? stdout.trim().slice(0, 40)}: too old.`,
    });
  }
  return { folder: dirname(program), version };
}

const built = fileURLToPath(new URL('../../../../../../.cache/tools/pulumi-3.200.0', import.meta.url));

/** Where the CLI may be: on this PATH, else where scripts/setup built it. */
export function pulumiFolders(path: string): string[] {
  return [...path.split(delimiter).filter((folder) => folder !== ''), built];
}
