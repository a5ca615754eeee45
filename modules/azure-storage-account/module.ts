import type * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { azureTagsOf, inAzure } from '../azure-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** Who may reach the account: nobody over the public network whom the manifest does not name. */
function network(spec: Spec): Record<string, unknown> {
  const isOpenToSome = spec.allowedIpRanges.length + spec.allowedSubnetIds.length > 0;
  return {
    publicNetworkAccess: isOpenToSome ? 'Enabled' : 'Disabled',
    networkRuleSet: {
      defaultAction: 'Deny',
      bypass: 'AzureServices',
      ipRules: spec.allowedIpRanges.map((range) => ({ action: 'Allow', iPAddressOrRange: range })),
      virtualNetworkRules: spec.allowedSubnetIds.map((id) => ({ action: 'Allow', virtualNetworkResourceId: id })),
    },
  };
}

/** All four services under the account's key, and under one of the machines below. */
const encryption = {
  keySource: 'Microsoft.Storage',
  requireInfrastructureEncryption: true,
  services: {
    blob: { enabled: true, keyType: 'Account' },
    file: { enabled: true, keyType: 'Account' },
    queue: { enabled: true, keyType: 'Account' },
    table: { enabled: true, keyType: 'Account' },
  },
};

/** An account, how long its blobs can be had back, and its containers. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const { resourceGroupName } = spec;
  const ofProvider = inAzure();

  const account = providerResource(
    'azure-native:storage:StorageAccount',
    name,
    {
      accountName: spec.accountName,
      resourceGroupName,
      location: spec.location,
      kind: 'StorageV2',
      sku: { name: spec.sku },
      accessTier: spec.accessTier,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      allowSharedKeyAccess: spec.allowSharedKeyAccess,
      defaultToOAuthAuthentication: true,
      isLocalUserEnabled: false,
      isSftpEnabled: false,
      encryption,
      ...network(spec),
      tags: azureTagsOf(spec),
    },
    { ...ofProvider, protect: spec.deletionProtection, outputs: ['name', 'primaryEndpoints'] },
  );
  const options = { ...ofProvider, parent: account, protect: false };
  const kept = { enabled: true, days: spec.keepDeletedDays };
  providerResource(
    'azure-native:storage:BlobServiceProperties',
    name,
    {
      accountName: account.name,
      resourceGroupName,
      blobServicesName: 'default',
      isVersioningEnabled: spec.versioning,
      deleteRetentionPolicy: kept,
      containerDeleteRetentionPolicy: kept,
    },
    options,
  );
  for (const containerName of spec.containers) {
    providerResource(
      'azure-native:storage:BlobContainer',
      `${name}-${containerName}`,
      { accountName: account.name, resourceGroupName, containerName, publicAccess: 'None' },
      // A container that leaves the manifest takes its blobs along.
      { ...options, protect: spec.deletionProtection },
    );
  }
  // An object, although outputs are declared as texts.
  const endpoints = account.primaryEndpoints as unknown as pulumi.Output<{ blob: string }>;
  return {
    accountName: account.name,
    accountId: account.id,
    blobEndpoint: endpoints.apply(({ blob }) => blob),
  };
}
