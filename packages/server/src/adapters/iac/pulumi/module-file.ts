import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { iacErrors } from '../iac-errors.ts';

/** The program of a module. @throws AppError IAC_MODULE_MISSING */
export async function findModuleFile(folder: string): Promise<string> {
  for (const name of ['module.ts', 'module.js', 'module.mjs']) {
    const path = join(folder, name);
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isFile()) return path;
  }
  throw iacErrors.IAC_MODULE_MISSING();
}
