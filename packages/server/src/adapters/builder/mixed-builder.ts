import type { AppError } from '../../kernel/app-error.ts';
import type { Builder } from './builder.ts';

/** The builders of one machine that has containers and plain processes. */
export interface MixedBuilderOptions<ImagePlan> {
  images: Builder;
  folders: Builder;
  /** Why the source cannot become an image. */
  findObstacle: (request: Parameters<Builder['plan']>[0], plan: ImagePlan) => Promise<AppError | undefined>;
  /** Services may be plain processes where an image cannot be; else the obstacle is the answer. */
  mayBeFolder: boolean;
}

/** Says whose plan it is: a build that another server goes on with is the same builder's. */
interface MixedPlan {
  builder: 'image' | 'folder';
  plan: unknown;
}

/** A plan of before there were images says nothing. */
const toMixed = (plan: unknown): MixedPlan =>
  (plan as Partial<MixedPlan>).builder === undefined ? { builder: 'folder', plan } : (plan as MixedPlan);

/**
 * Images, and folders for what cannot be one: a source in a language that davit generates no image for goes on being
 * deployed when an engine comes to its machine. What was built before stays until nobody needs it.
 */
export function createMixedBuilder<ImagePlan>(options: MixedBuilderOptions<ImagePlan>): Builder {
  const { images, folders, findObstacle, mayBeFolder } = options;
  return {
    ...images,
    async plan(request, signal) {
      const { lines, plan } = await images.plan(request, signal);
      const obstacle = await findObstacle(request, plan as ImagePlan);
      if (obstacle === undefined) return { lines, plan: { builder: 'image', plan } satisfies MixedPlan };
      if (!mayBeFolder) throw obstacle;
      const own = await folders.plan(request, signal);
      return {
        lines: [`It will run as plain processes, without a container. ${obstacle.message}`, ...own.lines],
        plan: { builder: 'folder', plan: own.plan } satisfies MixedPlan,
      };
    },
    async build(request, planned, output, signal) {
      const { builder, plan } = toMixed(planned);
      return await (builder === 'image' ? images : folders).build(request, plan, output, signal);
    },
    async abandon(request, signal) {
      // Images last: an engine that is away keeps nobody from removing what is on the disk.
      await folders.abandon(request, signal);
      await images.abandon(request, signal);
    },
    async tidy(use, signal) {
      await folders.tidy(use, signal);
      await images.tidy(use, signal);
    },
    async removeCache(cacheKey, signal) {
      await images.removeCache(cacheKey, signal);
      await folders.removeCache(cacheKey, signal);
    },
  };
}
