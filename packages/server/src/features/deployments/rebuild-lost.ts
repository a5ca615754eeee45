import { sql } from 'kysely';
import type { Builder } from '../../adapters/builder/builder.ts';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { findRestoredMark, type RestoredMark } from '../../platform/backup/restored-mark.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Deploy, DeploymentSource } from './deployment.ts';
import type { DeploymentService } from './deployment-service.ts';
import { findDeployment } from './deployment-store.ts';
import { findMovedMark } from './moved-builds.ts';
import { findRelease, listLocalImages, markArtifactRemoved } from './release-store.ts';

interface Unbuilt {
  id: string;
  organizationId: string;
  releaseId: string;
}

/** What took builds away. */
interface Loss {
  at: Date;
  /** For people: why a service is built again. */
  why: string;
}

/** The last one: what an earlier one took away, and nobody has deployed since, is in it. */
async function findLoss(db: Db, restored: RestoredMark | undefined): Promise<Loss | undefined> {
  const moved = await findMovedMark(db);
  if (moved !== undefined && (restored === undefined || moved.at > restored.restoredAt)) {
    return {
      at: moved.at,
      why: 'The data folder of davit was moved. A build knows where it was made, and this one cannot be started from another place: it is made again.',
    };
  }
  return restored && { at: restored.restoredAt, why: whyOf(restored) };
}

/** Services that should run, whose release has nothing to start, and that nobody has deployed since. */
async function listUnbuilt(db: Db, { at }: Loss): Promise<Unbuilt[]> {
  return await db
    .selectFrom('services')
    .innerJoin('releases', 'releases.id', 'services.activeReleaseId')
    .select(['services.id', 'services.organizationId', 'releases.id as releaseId'])
    .where('services.desiredState', '=', 'running')
    .where('releases.artifactRemovedAt', 'is not', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('deployments')
            .select(sql`1`.as('one'))
            .whereRef('deployments.serviceId', '=', 'services.id')
            .where('deployments.createdAt', '>', at),
        ),
      ),
    )
    .orderBy('services.id')
    .execute();
}

/** Longer than any chain of rollbacks to rollbacks that keeps its artifact. */
const longestChain = 50;

const restMs = 24 * 3600 * 1000;
const againMs = 5 * 60_000;
/** An engine that starts with its machine is there soon. */
const engineAgainMs = 15_000;

const whyOf = ({ madeAt }: RestoredMark) =>
  `davit was restored from a backup of ${madeAt.toISOString()}. Builds are in no backup, and what this service ran from is not on this machine: it is built again.`;

/**
 * A backup holds no builds, and those in a folder that was moved cannot be started. Once after either, every service that should
 * run is built again, from the very source that its release was made of; each only once, so that one which cannot be built is left
 * to a person, with its reason.
 */
export function createLostRebuild(options: {
  db: Db;
  deployments: DeploymentService;
  builder: Pick<Builder, 'has'>;
  logger: Logger;
}) {
  const { db, deployments, builder, logger } = options;

  /** Folders were looked for by the restore; an image only the engine knows, which is asked by who starts containers. */
  async function markMissingImages({ restoredAt }: RestoredMark, signal: AbortSignal): Promise<void> {
    for (const { id, organizationId, artifact } of await listLocalImages(db, restoredAt)) {
      if (await builder.has(artifact, signal)) continue;
      await markArtifactRemoved(db, organizationId, [id]);
      logger.info({ releaseId: id }, 'the image of a restored release is not in the engine');
    }
  }

  /** Marks what is missing; true where nobody can be asked yet. */
  async function findsEngineAway(restored: RestoredMark, signal: AbortSignal): Promise<boolean> {
    try {
      await markMissingImages(restored, signal);
      return false;
    } catch (error) {
      if (signal.aborted || !AppError.from(error).away) throw error;
      return true;
    }
  }

  /** What the release was built from, by way of the releases that it was a rollback to. */
  async function sourceOf({ organizationId, releaseId }: Unbuilt): Promise<Deploy> {
    let id = releaseId;
    for (let link = 0; link < longestChain; link++) {
      const release = await findRelease(db, organizationId, id);
      const deployment = release && (await findDeployment(db, organizationId, release.deploymentId));
      if (deployment === undefined) break;
      const source = deployment.source as DeploymentSource;
      if (source.type === 'upload') return { uploadId: source.uploadId, onlyIfChanged: false };
      if (source.type === 'git') {
        const { commitSha } = deployment;
        return { ...(commitSha === null ? {} : { reference: { commit: commitSha } }), onlyIfChanged: false };
      }
      if (source.type === 'image') break;
      id = source.releaseId;
    }
    return { onlyIfChanged: false };
  }

  async function rebuild(service: Unbuilt, why: string): Promise<boolean> {
    try {
      const who = { organizationId: service.organizationId, userId: null, why };
      const { id } = await deployments.deploy(who, service.id, await sourceOf(service));
      logger.info({ serviceId: service.id, deploymentId: id }, 'a service is built again');
      return true;
    } catch (error) {
      logger.warn({ err: AppError.from(error), serviceId: service.id }, 'a service cannot be built again');
      return false;
    }
  }

  return {
    /** For the job of the clock: when to be called again, in milliseconds. */
    async tick(signal: AbortSignal): Promise<number> {
      const restored = await findRestoredMark(db);
      const loss = await findLoss(db, restored);
      if (loss === undefined) return restMs;
      const away = restored !== undefined && (await findsEngineAway(restored, signal));
      let allDone = true;
      for (const service of await listUnbuilt(db, loss)) {
        allDone = (await rebuild(service, loss.why)) && allDone;
      }
      if (away) return engineAgainMs;
      return allDone ? restMs : againMs;
    },
  };
}
