import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KindDefinition } from './kind-definition.ts';

export type { KindDefinition, KindProvider, StackInput } from './kind-definition.ts';

/** A built-in kind with the folder of its module. */
export interface BuiltInKind {
  readonly definition: KindDefinition;
  /** Absolute; holds `module.ts` and `sample.yaml`. */
  readonly folder: string;
}

const modulesFolder = fileURLToPath(new URL('.', import.meta.url));

/** All built-in kinds, by name: every folder here with a `schema.ts` is one, so that adding a kind is adding its folder. */
export async function loadBuiltInKinds(): Promise<BuiltInKind[]> {
  const entries = await readdir(modulesFolder, { withFileTypes: true });
  // A folder that a version left behind is none.
  const folders = entries.filter(
    (entry) => entry.isDirectory() && existsSync(join(modulesFolder, entry.name, 'schema.ts')),
  );
  const kinds = await Promise.all(
    folders.map(async ({ name }) => {
      const folder = join(modulesFolder, name);
      // A pattern, not a path that is put together: so whoever bundles this file sees which files it may load.
      const loaded = (await import(`./${name}/schema.ts`)) as { kind: KindDefinition };
      return { definition: loaded.kind, folder };
    }),
  );
  return kinds.sort((one, other) => (one.definition.name < other.definition.name ? -1 : 1));
}
