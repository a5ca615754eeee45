import { z } from 'zod';
import { awsKmsKeyArn, awsRegion, awsTags } from '../aws-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const secretName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_+=.@-]+(?:\/[A-Za-z0-9_+=.@-]+)*$/, 'letters, digits and any of /_+=.@-');

export const spec = z.strictObject({
  region: awsRegion,
  secretNames: z
    .array(secretName)
    .min(1)
    .max(100)
    .refine((names) => new Set(names).size === names.length, 'each name once')
    .meta({
      description: 'A secret is made for each, called <manifest’s name>/<name>; its value is not part of a manifest.',
    }),
  readers: z
    .array(z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/\S+$/, 'the ARN of a role or user of IAM'))
    .max(50)
    .default([])
    .meta({ description: 'Who may read the values, beyond those whom their own policies allow to.' }),
  kmsKeyArn: awsKmsKeyArn,
  recoveryWindowDays: z
    .int()
    .min(7)
    .max(30)
    .default(30)
    .meta({ description: 'Days in which a deleted secret can be had back.' }),
  tags: awsTags,
});

export const kind = defineKind({
  name: 'AwsSecretsManager',
  provider: 'aws',
  summary:
    'Secrets in AWS Secrets Manager: encrypted, read over TLS only, never public, and to be had back once deleted.',
  spec,
  outputs: {
    secretArns: 'ARNs of the secrets, by their names in the manifest',
    region: 'Region of the secrets',
  },
});
