import { z } from 'zod';

// Apart from what registers resources: schemas are loaded by the server, which must not load Pulumi for them (12 MiB).

/** A field of specs: where the resource is. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-central-1')
  .meta({ description: 'Where it is.' });

/** A field of specs: the key that encrypts it. */
export const awsKmsKeyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:/, 'the ARN of a KMS key')
  .optional()
  .meta({ description: 'Encrypts with this key; else with a key that AWS manages.' });

/** A field of specs. */
export const awsTags = z.record(z.string().min(1).max(128), z.string().max(256)).default({});
