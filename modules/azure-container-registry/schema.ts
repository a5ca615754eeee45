import { z } from 'zod';
import {
  azureDeletionProtection,
  azureIpRanges,
  azureLocation,
  azureResourceGroup,
  azureTags,
} from '../azure-fields.ts';
import { defineKind } from '../kind-definition.ts';

const fields = z.strictObject({
  location: azureLocation,
  resourceGroupName: azureResourceGroup,
  registryName: z
    .string()
    .regex(/^[A-Za-z0-9]{5,50}$/, '5 to 50 letters and digits')
    .meta({ description: 'One in the whole of Azure.' }),
  sku: z
    .enum(['Basic', 'Standard', 'Premium'])
    .default('Premium')
    .meta({ description: 'Premium alone can be closed to the public network, and drops untagged images.' }),
  publicNetworkAccess: z.boolean().default(false).meta({
    description: 'Whether whoever has a login may come over the public network; Basic and Standard need it.',
  }),
  allowedIpRanges: azureIpRanges.meta({
    description: 'Public addresses that may connect while the rest of the public network may not; for Premium.',
  }),
  expireUntaggedDays: z
    .int()
    .min(0)
    .max(365)
    .default(14)
    .meta({ description: 'Days that an image without a tag is kept; for Premium.' }),
  deletionProtection: azureDeletionProtection,
  tags: azureTags,
});

export const spec = fields
  .refine(({ sku, publicNetworkAccess }) => sku === 'Premium' || publicNetworkAccess, {
    path: ['publicNetworkAccess'],
    error: 'Basic and Standard registries are open to the public network: say true, or take Premium',
  })
  .refine(({ publicNetworkAccess, allowedIpRanges }) => !publicNetworkAccess || allowedIpRanges.length === 0, {
    path: ['allowedIpRanges'],
    error: 'says nothing with publicNetworkAccess, which lets all addresses in',
  });

export const kind = defineKind({
  name: 'AzureContainerRegistry',
  provider: 'azure',
  summary: 'A private, encrypted registry of container images without an admin user.',
  spec,
  outputs: {
    registryName: 'Name of the registry',
    registryId: 'Resource ID of the registry, for role assignments',
    loginServer: 'Host name where images are pushed to and pulled from',
  },
});
