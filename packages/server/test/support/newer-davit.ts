import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The next version of davit: a copy of this one whose agent has other code, and whose database has a column more. */
export interface NewerDavit {
  readonly main: string;
  /** The name of the migration that this version does not know. */
  readonly migration: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
/** By the names that they have for each other, after @davit/. */
const packages: Readonly<Record<string, string>> = {
  agent: 'packages/agent',
  api: 'packages/api',
  'build-plan': 'packages/build-plan',
  pulumi: 'packages/pulumi-provider',
  server: 'packages/server',
  modules: 'modules',
};
const migration = '29991231235959-next-version';
const leftOut = new Set(['node_modules', 'test', 'dist']);

/** Links what npm has installed, but davit's own packages to their copies. */
async function linkInstalled(folder: string): Promise<void> {
  const installed = join(folder, 'node_modules');
  await mkdir(join(installed, '@davit'), { recursive: true });
  for (const name of await readdir(join(checkout, 'node_modules'))) {
    if (!name.startsWith('.') && name !== '@davit') {
      await symlink(join(checkout, 'node_modules', name), join(installed, name));
    }
  }
  for (const [name, path] of Object.entries(packages)) {
    await symlink(join(folder, path), join(installed, '@davit', name));
  }
  for (const path of ['packages/server', 'modules']) {
    await symlink(join(checkout, path, 'node_modules'), join(folder, path, 'node_modules'));
  }
}

/** Makes it in a folder of its own, which its users may read. */
export async function makeNewerDavit(): Promise<NewerDavit> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-newer-'));
  await chmod(folder, 0o755);
  for (const path of [...Object.values(packages), 'examples']) {
    await cp(join(checkout, path), join(folder, path), {
      recursive: true,
      filter: (source) => !leftOut.has(basename(source)),
    });
  }
  await linkInstalled(folder);
  await appendFile(join(folder, 'packages/agent/src/agent.ts'), '\n// The next version.\n');
  await writeFile(
    join(folder, 'packages/server/migrations', `${migration}.sql`),
    "alter table services add column next_version text not null default 'yes';\n",
  );
  return {
    main: join(folder, 'packages/server/src/main.ts'),
    migration,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
