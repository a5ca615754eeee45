import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const cluster = 'azure-native:containerservice:ManagedCluster';
const least = { location: 'westeurope', resourceGroupName: 'shop' };

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'AzureAksCluster', name: 'shop', spec: { ...least, ...spec } },
    {
      [cluster]: {
        name: 'shop',
        fqdn: 'shop-1.hcp.westeurope.azmk8s.io',
        privateFQDN: 'shop-1.privatelink.westeurope.azmk8s.io',
        // What Azure adds to what it was given.
        oidcIssuerProfile: { enabled: true, issuerURL: 'https://westeurope.oic.prod-aks.azure.com/1/2/' },
        identity: { type: 'SystemAssigned', principalId: 'principal-1' },
        identityProfile: { kubeletidentity: { objectId: 'kubelet-1' } },
      },
    },
  );

describe('a cluster', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made where the manifest says, with nodes that grow in number', () => {
    expect(stack.types()).toEqual([cluster, 'pulumi:providers:azure-native']);
    expect(stack.argsOf(cluster)).toMatchObject({
      ...least,
      resourceName: 'shop',
      dnsPrefix: 'shop',
      sku: { name: 'Base', tier: 'Standard' },
      identity: { type: 'SystemAssigned' },
    });
    expect(stack.argsOf(cluster)['agentPoolProfiles']).toEqual([
      {
        name: 'system',
        mode: 'System',
        type: 'VirtualMachineScaleSets',
        osType: 'Linux',
        osSKU: 'AzureLinux',
        vmSize: 'Standard_D4ds_v5',
        enableAutoScaling: true,
        count: 2,
        minCount: 2,
        maxCount: 5,
        enableNodePublicIP: false,
        enableEncryptionAtHost: false,
        upgradeSettings: { maxSurge: '33%' },
      },
    ]);
  });

  test('cannot be reached from outside', () => {
    expect(stack.argsOf(cluster)['apiServerAccessProfile']).toEqual({
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      disableRunCommand: true,
    });
  });

  test('lets in nobody but identities of Entra ID with a role', () => {
    expect(stack.argsOf(cluster)).toMatchObject({
      enableRBAC: true,
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [] },
    });
  });

  test('keeps to network policies, and patches itself', () => {
    expect(stack.argsOf(cluster)).toMatchObject({
      networkProfile: { networkDataplane: 'cilium', networkPolicy: 'cilium' },
      autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' },
      securityProfile: { workloadIdentity: { enabled: true }, imageCleaner: { enabled: true } },
      oidcIssuerProfile: { enabled: true },
    });
  });

  test('is not destroyed before its protection is taken away, and leaves the number of nodes to the autoscaler', async () => {
    expect(stack.protectionOf(cluster)).toMatchObject({
      protect: true,
      ignoreChanges: ['agentPoolProfiles[0].count'],
    });
    expect((await run({ deletionProtection: false })).protectionOf(cluster).protect).toBe(false);
  });

  test('gives where it is, and the identities that roles are given to', () => {
    expect(stack.outputs).toEqual({
      clusterName: 'shop',
      clusterId: 'shop-id',
      apiServerHost: 'shop-1.privatelink.westeurope.azmk8s.io',
      oidcIssuerUrl: 'https://westeurope.oic.prod-aks.azure.com/1/2/',
      identityPrincipalId: 'principal-1',
      kubeletObjectId: 'kubelet-1',
    });
  });
});

test('a cluster takes its name, version, nodes, networks and groups from the manifest', async () => {
  const subnetId = '/subscriptions/1/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/s';
  const group = '7f9c24e8-3b12-4fef-9f0e-56c0a1f0d2b1';
  const stack = await run({
    clusterName: 'shop-prod',
    kubernetesVersion: '1.33',
    tier: 'Free',
    nodes: { vmSize: 'Standard_D8ds_v5', min: 3, max: 9, zones: ['1', '2', '3'], encryptionAtHost: true },
    subnetId,
    adminGroupObjectIds: [group],
    allowedIpRanges: ['203.0.113.0/24'],
    tags: { team: 'shop' },
  });
  expect(stack.argsOf(cluster)).toMatchObject({
    resourceName: 'shop-prod',
    kubernetesVersion: '1.33',
    sku: { tier: 'Free' },
    agentPoolProfiles: [
      {
        vmSize: 'Standard_D8ds_v5',
        minCount: 3,
        maxCount: 9,
        availabilityZones: ['1', '2', '3'],
        enableEncryptionAtHost: true,
        vnetSubnetID: subnetId,
      },
    ],
    aadProfile: { adminGroupObjectIDs: [group] },
    apiServerAccessProfile: { enablePrivateCluster: false, authorizedIPRanges: ['203.0.113.0/24'] },
    tags: { 'managed-by': 'davit', team: 'shop' },
  });
  expect(stack.outputs).toMatchObject({ apiServerHost: 'shop-1.hcp.westeurope.azmk8s.io' });
});

test.each([
  ['fewer nodes at most than at least', { nodes: { min: 5, max: 3 } }],
  ['a group by its name', { adminGroupObjectIds: ['admins'] }],
  ['a version of two', { kubernetesVersion: '2.0' }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ ...least, ...spec }).success).toBe(false);
});
