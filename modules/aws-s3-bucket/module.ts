import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from '../kind-definition.ts';
import { pluginProvider, providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

/** The plugin that these types were written for. */
const version = '7.48.0';

/** Nothing is said to a bucket but through TLS. */
function tlsOnlyPolicy(arn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DenyInsecureTransport',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, pulumi.interpolate`${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

/** A bucket with encryption, versions and TLS, and without any public access. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = { provider: pluginProvider('aws', { region: spec.region }, version), version };

  const bucket = providerResource(
    'aws:s3/bucket:Bucket',
    name,
    {
      bucket: spec.bucketName ?? name,
      forceDestroy: spec.forceDestroy,
      tags: { 'managed-by': 'davit', ...spec.tags },
    },
    { ...ofProvider, outputs: ['arn', 'bucketRegionalDomainName'] },
  );
  const options = { ...ofProvider, parent: bucket };
  const publicAccess = providerResource(
    'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
    name,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  );
  providerResource(
    'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
    name,
    { bucket: bucket.id, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    options,
  );
  const encryption =
    spec.kmsKeyArn === undefined
      ? { sseAlgorithm: 'AES256' }
      : { sseAlgorithm: 'aws:kms', kmsMasterKeyId: spec.kmsKeyArn };
  providerResource(
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
    name,
    {
      bucket: bucket.id,
      rules: [{ applyServerSideEncryptionByDefault: encryption, bucketKeyEnabled: spec.kmsKeyArn !== undefined }],
    },
    options,
  );
  const versioning = providerResource(
    'aws:s3/bucketVersioning:BucketVersioning',
    name,
    { bucket: bucket.id, versioningConfiguration: { status: spec.versioning ? 'Enabled' : 'Suspended' } },
    options,
  );
  providerResource(
    'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
    name,
    {
      bucket: bucket.id,
      rules: [
        {
          id: 'tidy',
          status: 'Enabled',
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: spec.expireNoncurrentDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    // S3 takes a rule about former versions only once there are versions.
    { ...options, dependsOn: [versioning] },
  );
  providerResource(
    'aws:s3/bucketPolicy:BucketPolicy',
    name,
    { bucket: bucket.id, policy: tlsOnlyPolicy(bucket.arn) },
    // Both change the bucket's policy, and S3 refuses one of two at once.
    { ...options, dependsOn: [publicAccess] },
  );
  return {
    bucketName: bucket.id,
    bucketArn: bucket.arn,
    region: pulumi.output(spec.region),
    domainName: bucket.bucketRegionalDomainName,
  };
}
