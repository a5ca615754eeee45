import { z } from 'zod';
import { cloudflareId } from '../cloudflare-fields.ts';
import { defineKind } from '../kind-definition.ts';

const days = z.int().min(1).max(36_500);

export const spec = z.strictObject({
  accountId: cloudflareId.optional().meta({ description: 'The credential’s account when it is left out.' }),
  bucketName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, '3 to 63 lower-case letters, digits and dashes')
    .optional()
    .meta({ description: 'The manifest’s name when it is left out.' }),
  jurisdiction: z
    .enum(['default', 'eu', 'fedramp', 'us'])
    .default('default')
    .meta({ description: 'Where the objects must stay; it cannot be changed later.' }),
  location: z
    .enum(['apac', 'eeur', 'enam', 'weur', 'wnam', 'oc'])
    .optional()
    .meta({ description: 'A wish, heard at the first creation only; the nearest when it is left out.' }),
  storageClass: z.enum(['Standard', 'InfrequentAccess']).default('Standard'),
  retentionDays: days
    .optional()
    .meta({ description: 'Days for which no object can be deleted or overwritten, by nobody.' }),
  expireDays: days
    .optional()
    .meta({ description: 'Age in days at which objects are deleted; never when it is left out.' }),
  customDomain: z
    .strictObject({
      domain: z
        .string()
        .max(253)
        .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'a host name such as files.example.com'),
      zoneId: cloudflareId.meta({ description: 'The zone of the domain, such as the output of a CloudflareDnsZone.' }),
      minTls: z.enum(['1.2', '1.3']).default('1.2'),
    })
    .optional()
    .meta({ description: 'Makes all objects readable for everybody under this name.' }),
});

export const kind = defineKind({
  name: 'CloudflareR2Bucket',
  provider: 'cloudflare',
  summary: 'A private R2 bucket, with retention and expiry if they are asked for.',
  spec,
  outputs: {
    bucketName: 'Name of the bucket',
    accountId: 'Account of the bucket',
    endpoint: 'Address for S3 clients',
    publicUrl: 'Address of the custom domain; empty without one',
  },
});
