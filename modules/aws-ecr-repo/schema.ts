import { z } from 'zod';
import { awsKmsKeyArn, awsRegion, awsTags } from '../aws-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const repositoryName = z
  .string()
  .min(2)
  .max(256)
  .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/, 'a name such as team/app');

export const spec = z.strictObject({
  region: awsRegion,
  repositoryName: repositoryName.optional().meta({ description: 'The manifest’s name when it is left out.' }),
  immutableTags: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a tag stays at the image it was pushed with.' }),
  scanOnPush: z.boolean().default(true).meta({ description: 'Whether images are searched for known faults.' }),
  kmsKeyArn: awsKmsKeyArn,
  expireUntaggedDays: z
    .int()
    .min(1)
    .max(3650)
    .default(14)
    .meta({ description: 'Days that an image without a tag is kept.' }),
  keepImages: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .meta({ description: 'How many images are kept, the youngest; all of them when it is left out.' }),
  tags: awsTags,
  forceDelete: z.boolean().default(false).meta({
    description: 'Whether a destroy may delete the images too; without it, it fails on a repository that is not empty.',
  }),
});

export const kind = defineKind({
  name: 'AwsEcrRepo',
  provider: 'aws',
  summary: 'A private, encrypted ECR repository whose images are scanned and whose tags do not move.',
  spec,
  outputs: {
    repositoryName: 'Name of the repository',
    repositoryUrl: 'Where images are pushed to and pulled from',
    repositoryArn: 'ARN of the repository, for policies',
    registryId: 'Account of the registry',
  },
});
