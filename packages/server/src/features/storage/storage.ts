import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { runEndFields } from '../runs/index.ts';

/** What takes room, in the order in which people are shown it. */
const storagePartNames = [
  'images',
  'build-cache',
  'artifacts',
  'dependency-caches',
  'toolchains',
  'sources',
  'uploads',
  'cloud-resources',
  'logs',
  'backups',
  'database',
  'other',
] as const;

const bytes = z.number().int();

const storagePartSchema = z
  .strictObject({
    name: z.enum(storagePartNames),
    bytes: bytes.nullable().meta({ description: 'null: it could not be measured, and `detail` says why.' }),
    collectableBytes: bytes.meta({ description: 'What collecting would free at least.' }),
    place: z.string().meta({ description: 'A folder, or what else holds it.' }),
    detail: z.string().meta({ description: 'What it is, and what ends it.' }),
  })
  .meta({ id: 'StoragePart' });
export type StoragePart = z.output<typeof storagePartSchema>;

export const storageSchema = z
  .strictObject({
    measuredAt: timestamp,
    disks: z
      .array(z.strictObject({ setting: z.string(), folder: z.string(), totalBytes: bytes, freeBytes: bytes }))
      .meta({ description: 'Where davit writes; folders of one disk say the same.' }),
    parts: z.array(storagePartSchema),
    collectableBytes: bytes,
    lastCollection: z.strictObject({ runId: z.string(), ...runEndFields, freedBytes: bytes.nullable() }).nullable(),
  })
  .meta({ id: 'PlatformStorage' });
export type Storage = z.output<typeof storageSchema>;

/** Why something that was built is kept. */
export const keptReasons = ['active', 'rollback', 'building', 'collectable'] as const;

export const storedArtifactSchema = z
  .strictObject({
    id: z.string().meta({ description: 'The id of the image, or the path of the folder.' }),
    kind: z.enum(['image', 'folder']),
    isOwn: z.boolean().meta({ description: 'davit built it. Else it was fetched from a registry.' }),
    kept: z.enum(keptReasons),
    bytes: bytes.nullable().meta({ description: 'null: it is not on this machine (any more).' }),
    ownBytes: bytes.nullable().meta({ description: 'Of these, what nothing else has a part in.' }),
    pushedTo: z.string().nullable(),
    service: z.strictObject({ id: z.string(), name: z.string(), project: z.string() }).nullable(),
    organization: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
    deployments: z
      .array(z.strictObject({ id: z.string(), number: z.int() }))
      .meta({ description: 'Which have it, newest first: a rollback shares it with the deployment it goes back to.' }),
    createdAt: timestamp.nullable(),
  })
  .meta({ id: 'StoredArtifact' });
export type StoredArtifact = z.output<typeof storedArtifactSchema>;
