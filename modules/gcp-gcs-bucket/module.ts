import * as pulumi from '@pulumi/pulumi';
import { gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

const secondsOfDay = 86_400;

/** A bucket with encryption and versions, whose access is decided by IAM alone and never public. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const bucket = providerResource(
    'gcp:storage/bucket:Bucket',
    name,
    {
      name: spec.bucketName ?? name,
      location: spec.location,
      storageClass: spec.storageClass,
      forceDestroy: spec.forceDestroy,
      publicAccessPrevention: 'enforced',
      uniformBucketLevelAccess: true,
      versioning: { enabled: spec.versioning },
      softDeletePolicy: { retentionDurationSeconds: spec.softDeleteDays * secondsOfDay },
      lifecycleRules: [
        { action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: spec.expireNoncurrentDays } },
        { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } },
      ],
      encryption: spec.kmsKeyName === undefined ? undefined : { defaultKmsKeyName: spec.kmsKeyName },
      labels: { 'managed-by': 'davit', ...spec.labels },
    },
    { ...gcpOptions(spec.projectId), outputs: ['url', 'project'] },
  );
  return {
    bucketName: bucket.id,
    url: bucket.url,
    location: pulumi.output(spec.location),
    projectId: bucket.project,
  };
}
