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

/** Nodes of one kind, as many as the work on them asks for. */
const nodes = z
  .strictObject({
    vmSize: z
      .string()
      .regex(/^Standard_[A-Z][A-Za-z0-9_-]+$/, 'such as Standard_D4ds_v5')
      .default('Standard_D4ds_v5'),
    min: z.int().min(1).max(1000).default(2),
    max: z.int().min(1).max(1000).default(5),
    zones: z
      .array(z.enum(['1', '2', '3']))
      .default([])
      .meta({ description: 'Availability zones that nodes are spread over, where the location has any.' }),
    encryptionAtHost: z.boolean().default(false).meta({
      description: 'Encrypts caches and temporary disks too; the subscription must have the feature EncryptionAtHost.',
    }),
  })
  .refine(({ min, max }) => max >= min, { path: ['max'], error: 'not below min' });

export const spec = z.strictObject({
  location: azureLocation,
  resourceGroupName: azureResourceGroup,
  clusterName: z
    .string()
    .max(54)
    .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/, 'up to 54 letters, digits and dashes')
    .optional()
    .meta({ description: 'The manifest’s name when it is left out.' }),
  kubernetesVersion: z
    .string()
    .regex(/^1\.\d+(?:\.\d+)?$/, 'such as 1.33')
    .optional()
    .meta({ description: 'Azure’s default when it is left out; patches come by themselves.' }),
  tier: z
    .enum(['Free', 'Standard', 'Premium'])
    .default('Standard')
    .meta({ description: 'Standard has an uptime SLA.' }),
  nodes: nodes.prefault({}),
  subnetId: azureSubnetId.optional().meta({ description: 'Where the nodes are; in a network of Azure’s own else.' }),
  adminGroupObjectIds: z
    .array(z.uuid())
    .max(50)
    .default([])
    .meta({ description: 'Groups of Entra ID that administer the cluster; others by roles of Azure.' }),
  allowedIpRanges: azureIpRanges.meta({
    description: 'Public addresses that may reach the API server; without any, the cluster is a private one.',
  }),
  deletionProtection: azureDeletionProtection,
  tags: azureTags,
});

export const kind = defineKind({
  name: 'AzureAksCluster',
  provider: 'azure',
  summary: 'A private Kubernetes cluster of Azure: logins by Entra ID only, network policies, patches by themselves.',
  spec,
  outputs: {
    clusterName: 'Name of the cluster',
    clusterId: 'Resource ID of the cluster, for role assignments',
    apiServerHost: 'Host name of the API server',
    oidcIssuerUrl: 'Issuer of the tokens of service accounts, for workload identities',
    identityPrincipalId: 'Identity of the cluster, for a role on its subnet',
    kubeletObjectId: 'Identity of the nodes, for the role AcrPull on a registry',
  },
});
