import { join } from 'node:path';
import type { Artifact, Builder } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';
import { listKeptReleases, markArtifactRemoved, type ReleaseRow } from './release-store.ts';

/** Releases besides the active one that stay ready for a rollback. */
const keptReleases = 5;

export type ReleaseRetention = ReturnType<typeof createReleaseRetention>;

const artifactOf = (release: ReleaseRow) => release.artifact as Artifact | null;

/** Two releases with the same place have the same artifact. */
function placeOf(artifact: Artifact | null): string | undefined {
  return artifact?.kind === 'image' ? artifact.reference : artifact?.folder;
}

/** Frees the artifacts of releases that nobody rolls back to any more. */
export function createReleaseRetention(options: { db: Db; builder: Builder; releasesFolder: string }) {
  const { db, builder, releasesFolder } = options;

  /** An artifact is shared by a release and the rollbacks to it: it goes with the last of them. */
  async function remove(
    organizationId: string,
    gone: readonly ReleaseRow[],
    kept: readonly ReleaseRow[],
    signal: AbortSignal,
  ) {
    const needed = new Set(kept.map((release) => placeOf(artifactOf(release))));
    for (const release of gone) {
      const artifact = artifactOf(release);
      if (artifact !== null && !needed.has(placeOf(artifact))) await builder.remove(artifact, signal);
      await markArtifactRemoved(db, organizationId, [release.id]);
    }
  }

  return {
    /** All but the active release, the newest {@link keptReleases} that served, and candidates that are still being made. */
    async removeOld(organizationId: string, serviceId: string, signal: AbortSignal): Promise<void> {
      const releases = await listKeptReleases(db, organizationId, serviceId);
      const served = releases.filter(({ state }) => state === 'retired').slice(0, keptReleases);
      const kept = releases.filter(
        (release) => release.state === 'active' || release.state === 'candidate' || served.includes(release),
      );
      await remove(
        organizationId,
        releases.filter((release) => !kept.includes(release)),
        kept,
        signal,
      );
    },

    /** Also the folder that the artifacts were in, with whatever no release names. */
    async removeAll(organizationId: string, serviceId: string, signal: AbortSignal): Promise<void> {
      await remove(organizationId, await listKeptReleases(db, organizationId, serviceId), [], signal);
      await builder.abandon({ id: serviceId, folder: join(releasesFolder, serviceId) }, signal);
    },
  };
}
