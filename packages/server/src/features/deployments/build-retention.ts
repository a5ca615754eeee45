import type { Builder, BuildUse } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';
import { listBusySubjects, listStoredArtifacts } from './release-store.ts';

/** What of all that was built is needed at this moment, for all organizations. */
export async function readBuildUse(db: Db): Promise<BuildUse> {
  const [artifacts, subjects] = await Promise.all([listStoredArtifacts(db), listBusySubjects(db)]);
  return { artifacts, busy: new Set(subjects) };
}

/** Frees what builds of all services share and keep: toolchains and download caches. */
export function createBuildRetention({ db, builder }: { db: Db; builder: Pick<Builder, 'tidy'> }) {
  return {
    async tidy(signal: AbortSignal): Promise<void> {
      await builder.tidy(await readBuildUse(db), signal);
    },
  };
}
