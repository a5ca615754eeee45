import type * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { inAwsRegion, tagsOf } from '../aws-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

/** Rules apply in the order of their priority, and ECR wants the one about any image last. */
function lifecyclePolicy({ expireUntaggedDays, keepImages }: z.infer<typeof specSchema>): string {
  const untagged = {
    rulePriority: 1,
    description: 'Untagged images go by age',
    selection: {
      tagStatus: 'untagged',
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: expireUntaggedDays,
    },
    action: { type: 'expire' },
  };
  const any = {
    rulePriority: 2,
    description: 'The youngest images are kept',
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keepImages },
    action: { type: 'expire' },
  };
  return JSON.stringify({ rules: keepImages === undefined ? [untagged] : [untagged, any] });
}

/** A repository with encryption and scans, whose untagged images go by themselves. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = inAwsRegion(spec.region);

  const repository = providerResource(
    'aws:ecr/repository:Repository',
    name,
    {
      name: spec.repositoryName ?? name,
      imageTagMutability: spec.immutableTags ? 'IMMUTABLE' : 'MUTABLE',
      imageScanningConfiguration: { scanOnPush: spec.scanOnPush },
      encryptionConfigurations: [
        spec.kmsKeyArn === undefined ? { encryptionType: 'AES256' } : { encryptionType: 'KMS', kmsKey: spec.kmsKeyArn },
      ],
      forceDelete: spec.forceDelete,
      tags: tagsOf(spec),
    },
    { ...ofProvider, outputs: ['arn', 'repositoryUrl', 'registryId'] },
  );
  providerResource(
    'aws:ecr/lifecyclePolicy:LifecyclePolicy',
    name,
    { repository: repository.id, policy: lifecyclePolicy(spec) },
    { ...ofProvider, parent: repository },
  );
  return {
    // The plugin takes the name for the identifier.
    repositoryName: repository.id,
    repositoryUrl: repository.repositoryUrl,
    repositoryArn: repository.arn,
    registryId: repository.registryId,
  };
}
