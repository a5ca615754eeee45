import type * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { azureTagsOf, inAzure } from '../azure-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** The one pool, which the cluster's own parts run on too. */
function systemPool({ nodes, subnetId }: Spec): Record<string, unknown> {
  return {
    name: 'system',
    mode: 'System',
    type: 'VirtualMachineScaleSets',
    osType: 'Linux',
    osSKU: 'AzureLinux',
    vmSize: nodes.vmSize,
    enableAutoScaling: true,
    count: nodes.min,
    minCount: nodes.min,
    maxCount: nodes.max,
    enableNodePublicIP: false,
    enableEncryptionAtHost: nodes.encryptionAtHost,
    upgradeSettings: { maxSurge: '33%' },
    ...(nodes.zones.length > 0 && { availabilityZones: nodes.zones }),
    ...(subnetId !== undefined && { vnetSubnetID: subnetId }),
  };
}

/** Who gets in: identities of Entra ID with a role, from addresses that are named, or from the network within. */
function access({ adminGroupObjectIds, allowedIpRanges }: Spec): Record<string, unknown> {
  const isPrivate = allowedIpRanges.length === 0;
  return {
    enableRBAC: true,
    disableLocalAccounts: true,
    aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: adminGroupObjectIds },
    apiServerAccessProfile: {
      enablePrivateCluster: isPrivate,
      disableRunCommand: true,
      ...(isPrivate ? { enablePrivateClusterPublicFQDN: false } : { authorizedIPRanges: allowedIpRanges }),
    },
  };
}

/** A cluster with one pool of nodes that grows and shrinks. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const clusterName = spec.clusterName ?? name;

  const cluster = providerResource(
    'azure-native:containerservice:ManagedCluster',
    name,
    {
      resourceName: clusterName,
      resourceGroupName: spec.resourceGroupName,
      location: spec.location,
      dnsPrefix: clusterName,
      sku: { name: 'Base', tier: spec.tier },
      ...(spec.kubernetesVersion !== undefined && { kubernetesVersion: spec.kubernetesVersion }),
      identity: { type: 'SystemAssigned' },
      agentPoolProfiles: [systemPool(spec)],
      ...access(spec),
      networkProfile: {
        networkPlugin: 'azure',
        networkPluginMode: 'overlay',
        networkDataplane: 'cilium',
        networkPolicy: 'cilium',
        loadBalancerSku: 'standard',
      },
      oidcIssuerProfile: { enabled: true },
      securityProfile: {
        workloadIdentity: { enabled: true },
        imageCleaner: { enabled: true, intervalHours: 168 },
      },
      autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' },
      tags: azureTagsOf(spec),
    },
    {
      ...inAzure(),
      protect: spec.deletionProtection,
      // The autoscaler's from the first minute on.
      ignoreChanges: ['agentPoolProfiles[0].count'],
      outputs: ['name', 'fqdn', 'privateFQDN', 'oidcIssuerProfile', 'identity', 'identityProfile'],
    },
  );
  // Objects, although outputs are declared as texts.
  const issuer = cluster.oidcIssuerProfile as unknown as pulumi.Output<{ issuerURL: string }>;
  const identity = cluster.identity as unknown as pulumi.Output<{ principalId: string }>;
  const ofNodes = cluster.identityProfile as unknown as pulumi.Output<{ kubeletidentity: { objectId: string } }>;
  return {
    clusterName: cluster.name,
    clusterId: cluster.id,
    apiServerHost: spec.allowedIpRanges.length === 0 ? cluster.privateFQDN : cluster.fqdn,
    oidcIssuerUrl: issuer.apply(({ issuerURL }) => issuerURL),
    identityPrincipalId: identity.apply(({ principalId }) => principalId),
    kubeletObjectId: ofNodes.apply(({ kubeletidentity }) => kubeletidentity.objectId),
  };
}
