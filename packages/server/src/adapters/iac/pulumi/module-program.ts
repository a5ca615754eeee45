import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { iacErrors } from '../iac-errors.ts';
import type { WorkerRequest } from './frame.ts';
import { readTenantFile } from './tenant-file.ts';

const projectFile = z.looseObject({
  runtime: z.union([
    z.string().max(100),
    z.looseObject({ name: z.string().max(100), options: z.record(z.string(), z.json()).optional() }),
  ]),
  config: z.record(z.string(), z.json()).optional(),
  plugins: z.record(z.string(), z.json()).optional(),
  packages: z.record(z.string(), z.json()).optional(),
});

async function readProject(text: string): Promise<Extract<WorkerRequest['program'], { type: 'local' }>> {
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw iacErrors.IAC_PROJECT_INVALID({ message: 'The Pulumi.yaml of the module is no YAML.', cause });
  }
  const parsed = projectFile.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw iacErrors.IAC_PROJECT_INVALID({
      message: `The Pulumi.yaml of the module cannot be used: ${issue?.path.join('.')}: ${issue?.message}.`,
    });
  }
  const { runtime, config, plugins, packages } = parsed.data;
  const { name, options = {} } = typeof runtime === 'string' ? { name: runtime } : runtime;
  return { type: 'local', runtime: { name, options }, settings: { config, plugins, packages } };
}

/**
 * What a module's folder holds: a program in JavaScript or TypeScript that davit's worker calls, else one in a language that
 * Pulumi runs by itself.
 *
 * @throws AppError IAC_MODULE_MISSING, IAC_PROJECT_INVALID
 */
export async function findModuleProgram(folder: string): Promise<WorkerRequest['program']> {
  for (const name of ['module.ts', 'module.js', 'module.mjs']) {
    const path = join(folder, name);
    const entry = await lstat(path).catch(() => undefined);
    if (entry?.isFile()) return { type: 'inline', file: path };
  }
  // Read as a file of a tenant: what the module's dependencies ran may have put a link in its place.
  const project = await readTenantFile(join(folder, 'Pulumi.yaml'));
  if (project !== null) return await readProject(project);
  throw iacErrors.IAC_MODULE_MISSING();
}
