import { sql } from 'kysely';
import type { Db } from '../../platform/db/database.ts';
import type { KindService } from '../kinds/index.ts';

/** Which modules kinds of all organizations have, and where runs work that have not ended. */
export interface ModulesInUse {
  readonly sources: readonly { readonly organizationId: string; readonly url: string; readonly folder: string }[];
  readonly folders: readonly string[];
}

/** What must not be cleared away. Runs last: one that begins in between has been given its folder just now. */
export async function findModulesInUse(db: Db, kinds: Pick<KindService, 'listModuleSources'>): Promise<ModulesInUse> {
  const sources = await kinds.listModuleSources();
  const rows = await db
    .selectFrom('runSteps')
    .innerJoin('runs', 'runs.id', 'runSteps.runId')
    .select(sql<string | null>`run_steps.result ->> 'folder'`.as('folder'))
    .where('runs.state', 'in', ['queued', 'running', 'waiting'])
    .where('runSteps.name', '=', 'module')
    .execute();
  return { sources, folders: rows.flatMap(({ folder }) => (folder === null ? [] : [folder])) };
}
