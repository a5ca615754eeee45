import { z } from 'zod';
import { creationKey, resourceName } from '../projects/index.ts';
import { imageName } from './image-name.ts';
import { pathInSource, serviceSettings, serviceSettingsPatch } from './service-settings.ts';

export const serviceKinds = ['web', 'worker', 'cron'] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/** What of a repository is deployed when the caller names nothing else. At most one; none is the default branch. */
const gitReference = z
  .union([
    z.strictObject({ branch: z.string().min(1).max(255) }),
    z.strictObject({ tag: z.string().min(1).max(255) }),
    z.strictObject({ commit: z.string().regex(/^[0-9a-f]{7,64}$/, '7 to 64 hexadecimal digits') }),
  ])
  .nullable();

const rootFolder = pathInSource.default('');

export const sourceSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('git'),
      url: z.string().min(1).max(2048),
      reference: gitReference.default(null),
      rootFolder,
      submodules: z.boolean().default(false),
      lfs: z.boolean().default(false),
      /** Lines of an OpenSSH known_hosts file for ssh; without them the first key that is seen is trusted and kept. */
      knownHosts: z.string().max(16_384).nullable().default(null),
    }),
    z.strictObject({ type: z.literal('upload'), rootFolder }),
    z.strictObject({
      type: z.literal('image'),
      /** Built elsewhere; the credential of kind docker_registry for its host signs in. */
      image: imageName,
    }),
  ])
  .meta({ id: 'ServiceSource' });
export type ServiceSource = z.infer<typeof sourceSchema>;

/** How a private repository lets davit in. Written, never read back. */
export const sourceCredential = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('token'),
      username: z.string().min(1).max(255).optional(),
      token: z.string().min(1).max(4096),
    }),
    z.strictObject({ kind: z.literal('deploy-key'), privateKey: z.string().min(1).max(16_384) }),
  ])
  .meta({ id: 'SourceCredential' });
export type SourceCredential = z.infer<typeof sourceCredential>;

export const createServiceBody = z
  .strictObject({
    name: resourceName,
    kind: z.enum(serviceKinds).default('web'),
    /** Default: the project's first environment. */
    environmentId: z.string().optional(),
    source: sourceSchema.default({ type: 'upload', rootFolder: '' }),
    sourceCredential: sourceCredential.optional(),
    settings: serviceSettingsPatch.default({}),
    creationKey,
  })
  .meta({ id: 'CreateService' });
export type CreateService = z.infer<typeof createServiceBody>;

export const updateServiceBody = z
  .strictObject({
    name: resourceName.optional(),
    source: sourceSchema.optional(),
    /** null forgets it. */
    sourceCredential: sourceCredential.nullable().optional(),
    settings: serviceSettingsPatch.optional(),
  })
  .meta({ id: 'UpdateService' });
export type UpdateService = z.infer<typeof updateServiceBody>;

/** `cpus` null: no limit, but an equal share where the processors are all busy. */
const defaultLimits = z.strictObject({ memoryMb: z.int(), cpus: z.number().nullable() });
export type DefaultLimits = z.infer<typeof defaultLimits>;

export const serviceSchema = z
  .strictObject({
    id: z.string(),
    projectId: z.string(),
    environmentId: z.string(),
    name: z.string(),
    kind: z.enum(serviceKinds),
    /** Where it answers; null for services without a port. */
    url: z.string().nullable(),
    source: sourceSchema,
    hasSourceCredential: z.boolean(),
    settings: serviceSettings,
    /** What an instance is started with where the settings say null, as this platform has it now. */
    defaultLimits,
    desiredState: z.enum(['running', 'stopped', 'deleted']),
    activeReleaseId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Service' });
export type Service = z.infer<typeof serviceSchema>;
