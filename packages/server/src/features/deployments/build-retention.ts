import type { Builder } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';
import { listBusySubjects, listStoredArtifacts } from './release-store.ts';

/** Frees what builds of all services share and keep: toolchains and download caches. */
export function createBuildRetention({ db, builder }: { db: Db; builder: Pick<Builder, 'tidy'> }) {
  return {
    async tidy(signal: AbortSignal): Promise<void> {
      const [artifacts, subjects] = await Promise.all([listStoredArtifacts(db), listBusySubjects(db)]);
      await builder.tidy({ artifacts, busy: new Set(subjects) }, signal);
    },
  };
}
