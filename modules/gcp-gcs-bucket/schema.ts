import { z } from 'zod';
import { kmsKeyName, labels, projectId } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** @see https://cloud.google.com/storage/docs/buckets#naming */
const bucketName = z
  .string()
  .regex(
    /^(?!goog)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
    '3 to 63 lower-case letters, digits, dots, dashes, underscores',
  );

export const spec = z.strictObject({
  projectId,
  location: z
    .string()
    .regex(/^[A-Za-z]+(?:-[A-Za-z]+\d+)?\d?$/, 'a region such as europe-west3, or EU, US, ASIA, EUR4')
    .meta({ description: 'Where the bucket is: a region, or several by their name.' }),
  bucketName: bucketName.optional().meta({ description: 'The manifest’s name when it is left out.' }),
  storageClass: z.enum(['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE']).default('STANDARD'),
  versioning: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether what is overwritten or deleted can be had back.' }),
  kmsKeyName,
  expireNoncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .meta({ description: 'Days that a former version of an object is kept.' }),
  softDeleteDays: z
    .union([z.literal(0), z.int().min(7).max(90)])
    .default(7)
    .meta({ description: 'Days in which deleted objects can be restored: 0 for not at all, or 7 to 90.' }),
  labels,
  forceDestroy: z.boolean().default(false).meta({
    description: 'Whether a destroy may delete the objects too; without it, it fails on a bucket that is not empty.',
  }),
});

export const kind = defineKind({
  name: 'GcpGcsBucket',
  provider: 'gcp',
  summary: 'A private, encrypted Cloud Storage bucket with versions.',
  spec,
  outputs: {
    bucketName: 'Name of the bucket',
    url: 'Address of the bucket: gs://…',
    location: 'Where the bucket is',
    projectId: 'Project of the bucket',
  },
});
