import * as pulumi from '@pulumi/pulumi';
import { accountIdOf, cloudflareProvider } from '../cloudflare-account.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

const secondsOf = (days: number): number => days * 86_400;

/** Uploads that were never finished go after a week; objects, when an age is given. */
function lifecycleRules(expireDays: number | undefined): unknown[] {
  const common = { enabled: true, conditions: { prefix: '' } };
  const after = (days: number) => ({ condition: { type: 'Age', maxAge: secondsOf(days) } });
  return [
    { ...common, id: 'unfinished-uploads', abortMultipartUploadsTransition: after(7) },
    ...(expireDays === undefined ? [] : [{ ...common, id: 'expiry', deleteObjectsTransition: after(expireDays) }]),
  ];
}

/** A bucket that nobody reads without a token, unless it is given a domain. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const { jurisdiction } = spec;
  const accountId = accountIdOf(input, spec.accountId);
  const ofProvider = cloudflareProvider();

  const bucket = providerResource(
    'cloudflare:index/r2Bucket:R2Bucket',
    name,
    {
      accountId,
      name: spec.bucketName ?? name,
      jurisdiction,
      storageClass: spec.storageClass,
      ...(spec.location === undefined ? {} : { location: spec.location }),
    },
    { ...ofProvider, outputs: ['name'] },
  );
  const ofBucket = { accountId, bucketName: bucket.name, jurisdiction };
  const options = { ...ofProvider, parent: bucket };
  // The r2.dev address has no protection at all, not even a cache: it stays off, also when somebody switched it on by hand.
  providerResource('cloudflare:index/r2ManagedDomain:R2ManagedDomain', name, { ...ofBucket, enabled: false }, options);
  providerResource(
    'cloudflare:index/r2BucketLifecycle:R2BucketLifecycle',
    name,
    { ...ofBucket, rules: lifecycleRules(spec.expireDays) },
    options,
  );
  if (spec.retentionDays !== undefined) {
    const condition = { type: 'Age', maxAgeSeconds: secondsOf(spec.retentionDays) };
    providerResource(
      'cloudflare:index/r2BucketLock:R2BucketLock',
      name,
      { ...ofBucket, rules: [{ id: 'retention', enabled: true, prefix: '', condition }] },
      options,
    );
  }
  let publicUrl = pulumi.output('');
  if (spec.customDomain !== undefined) {
    const { domain, zoneId, minTls } = spec.customDomain;
    const custom = providerResource(
      'cloudflare:index/r2CustomDomain:R2CustomDomain',
      name,
      { ...ofBucket, domain, zoneId, minTls, enabled: true },
      { ...options, outputs: ['domain'] },
    );
    publicUrl = pulumi.interpolate`https://${custom.domain}`;
  }
  const region = jurisdiction === 'default' ? '' : `${jurisdiction}.`;
  return {
    bucketName: bucket.name,
    accountId: pulumi.output(accountId),
    endpoint: pulumi.output(`https://${accountId}.${region}r2.cloudflarestorage.com`),
    publicUrl,
  };
}
