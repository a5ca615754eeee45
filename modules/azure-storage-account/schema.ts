import { z } from 'zod';
import {
  azureDeletionProtection,
  azureIpRanges,
  azureLocation,
  azureResourceGroup,
  azureSubnetId,
  azureTags,
} from '../azure-fields.ts';
import { defineKind } from '../kind-definition.ts';

const containerName = z
  .string()
  .min(3)
  .max(63)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, '3 to 63 lower-case letters, digits and single dashes');

const keptDays = z.int().min(1).max(365).default(30);

export const spec = z.strictObject({
  location: azureLocation,
  resourceGroupName: azureResourceGroup,
  accountName: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, '3 to 24 lower-case letters and digits')
    .meta({ description: 'One in the whole of Azure.' }),
  sku: z
    .enum(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
    .default('Standard_ZRS')
    .meta({ description: 'How copies are kept: in one zone, in three, or in another region too.' }),
  accessTier: z.enum(['Hot', 'Cool', 'Cold']).default('Hot'),
  containers: z
    .array(containerName)
    .max(100)
    .refine((names) => new Set(names).size === names.length, 'each name once')
    .default([])
    .meta({ description: 'Containers of blobs to make, all private.' }),
  versioning: z.boolean().default(true).meta({ description: 'Whether blobs that are overwritten can be had back.' }),
  keepDeletedDays: keptDays.meta({ description: 'Days that deleted blobs and containers can be had back.' }),
  allowSharedKeyAccess: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether the account’s keys open it; without it, identities of Entra ID only.' }),
  allowedIpRanges: azureIpRanges.meta({
    description: 'Public addresses that may connect; with no address and no subnet, private endpoints only.',
  }),
  allowedSubnetIds: z
    .array(azureSubnetId)
    .max(200)
    .default([])
    .meta({ description: 'Subnets with the service endpoint Microsoft.Storage that may connect.' }),
  deletionProtection: azureDeletionProtection,
  tags: azureTags,
});

export const kind = defineKind({
  name: 'AzureStorageAccount',
  provider: 'azure',
  summary: 'A private, twice encrypted storage account that takes TLS only and keeps what is deleted for a while.',
  spec,
  outputs: {
    accountName: 'Name of the account',
    accountId: 'Resource ID of the account, for role assignments',
    blobEndpoint: 'URL of its blobs',
  },
});
