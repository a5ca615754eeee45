import type * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { azureTagsOf, inAzure } from '../azure-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

/** What Azure has for Premium only, and refuses for the others. */
function premium(spec: z.infer<typeof specSchema>): Record<string, unknown> {
  if (spec.sku !== 'Premium') return {};
  return {
    networkRuleBypassOptions: 'AzureServices',
    networkRuleSet: {
      defaultAction: spec.publicNetworkAccess ? 'Allow' : 'Deny',
      ipRules: spec.allowedIpRanges.map((range) => ({ action: 'Allow', iPAddressOrRange: range })),
    },
    policies: { retentionPolicy: { status: 'enabled', days: spec.expireUntaggedDays } },
  };
}

/** A registry, opened to those identities alone that a role lets in. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const isReachable = spec.publicNetworkAccess || spec.allowedIpRanges.length > 0;

  const registry = providerResource(
    'azure-native:containerregistry:Registry',
    name,
    {
      registryName: spec.registryName,
      resourceGroupName: spec.resourceGroupName,
      location: spec.location,
      sku: { name: spec.sku },
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccess: isReachable ? 'Enabled' : 'Disabled',
      ...premium(spec),
      tags: azureTagsOf(spec),
    },
    { ...inAzure(), protect: spec.deletionProtection, outputs: ['name', 'loginServer'] },
  );
  return { registryName: registry.name, registryId: registry.id, loginServer: registry.loginServer };
}
