import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ImageRegistry } from '../../adapters/image-registry/image-registry.ts';
import { route } from '../../platform/http/route.ts';
import { registryVerdictSchema } from '../credentials/index.ts';
import { storageErrors } from './storage-errors.ts';

const tag = 'platform';
const policy = { role: 'viewer', scope: 'admin', operator: true } as const;
const testMs = 90_000;

/** The registry that davit's own images are pushed to. */
export interface PushPlace {
  /** `host[:port]/path` */
  prefix: string;
  /** '': nobody signs in. */
  username: string;
  images: Pick<ImageRegistry, 'test'>;
}

/** `/v1/platform/registry`: where images are pushed to, for operators. */
export function registerRegistryRoutes(app: FastifyInstance, place: PushPlace | undefined): void {
  route(app, {
    method: 'GET',
    path: '/v1/platform/registry',
    tag,
    operationId: 'getPlatformRegistry',
    summary: 'Where images that davit builds are pushed to',
    policy,
    response: z
      .strictObject({
        place: z
          .string()
          .nullable()
          .meta({ description: '`host/path` of REGISTRY_URL; null: images stay in the engine.' }),
        username: z.string().nullable().meta({ description: 'null: nobody signs in.' }),
      })
      .meta({ id: 'PlatformRegistry' }),
    handle: async () => ({ place: place?.prefix ?? null, username: place?.username || null }),
  });

  route(app, {
    method: 'POST',
    path: '/v1/platform/registry/test',
    tag,
    operationId: 'testPlatformRegistry',
    summary: 'Try whether images can be pushed, and say why not; nothing stays in the registry',
    policy,
    response: registryVerdictSchema,
    async handle() {
      if (place === undefined) throw storageErrors.REGISTRY_NOT_SET();
      const { ok, detail, mend = null } = await place.images.test(AbortSignal.timeout(testMs));
      return { ok, detail, mend };
    },
  });
}
