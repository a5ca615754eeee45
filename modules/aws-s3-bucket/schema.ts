import { z } from 'zod';
import { defineKind } from '../kind-definition.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = z
  .string()
  .regex(/^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 lower-case letters, digits, dots and dashes');

export const spec = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .meta({ description: 'Where the bucket is.' }),
  bucketName: bucketName.optional().meta({ description: 'The manifest’s name when it is left out.' }),
  versioning: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether what is overwritten or deleted can be had back.' }),
  kmsKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:/, 'the ARN of a KMS key')
    .optional()
    .meta({ description: 'Encrypts with this key; else with keys that S3 manages.' }),
  expireNoncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .meta({ description: 'Days that a former version of an object is kept.' }),
  tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
  forceDestroy: z.boolean().default(false).meta({
    description: 'Whether a destroy may delete the objects too; without it, it fails on a bucket that is not empty.',
  }),
});

export const kind = defineKind({
  name: 'AwsS3Bucket',
  provider: 'aws',
  summary: 'A private, encrypted S3 bucket that takes TLS only.',
  spec,
  outputs: {
    bucketName: 'Name of the bucket',
    bucketArn: 'ARN of the bucket, for policies',
    region: 'Region of the bucket',
    domainName: 'Host name of the bucket in its region',
  },
});
