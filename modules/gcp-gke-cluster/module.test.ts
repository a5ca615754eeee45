import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const clusterType = 'gcp:container/cluster:Cluster';
const poolType = 'gcp:container/nodePool:NodePool';
const accountType = 'gcp:serviceaccount/account:Account';
const grantType = 'gcp:projects/iAMMember:IAMMember';
const email = 'main-nodes@shop-prod.iam.gserviceaccount.com';
const required = {
  location: 'europe-west3',
  network: 'projects/shop-prod/global/networks/main',
  subnetwork: 'projects/shop-prod/regions/europe-west3/subnetworks/nodes',
};

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'GcpGkeCluster', name: 'main', spec: { ...required, ...spec } },
    {
      [accountType]: { email, member: `serviceAccount:${email}`, project: 'shop-prod' },
      [clusterType]: { endpoint: '10.1.2.3', masterAuth: { clusterCaCertificate: 'cGVt' } },
    },
  );

const hardened = {
  serviceAccount: email,
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: 'GKE_METADATA' },
  kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE' },
};

describe('a cluster', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('comes with a pool of nodes, which have an account with two roles', () => {
    expect(stack.types()).toEqual([clusterType, poolType, grantType, grantType, accountType, 'pulumi:providers:gcp']);
    expect(stack.argsOf(accountType)).toMatchObject({ accountId: 'main-nodes' });
  });

  test('is private, its control plane too', () => {
    expect(stack.argsOf(clusterType)).toMatchObject({
      ...required,
      privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
      masterAuthorizedNetworksConfig: { gcpPublicCidrsAccessEnabled: false, cidrBlocks: [] },
    });
  });

  test('knows workload identity, network policies and RBAC without legacy access', () => {
    expect(stack.argsOf(clusterType)).toMatchObject({
      workloadIdentityConfig: { workloadPool: 'shop-prod.svc.id.goog' },
      enableShieldedNodes: true,
      enableLegacyAbac: false,
      datapathProvider: 'ADVANCED_DATAPATH',
    });
  });

  test('is protected from a destroy, and updated by its channel', () => {
    expect(stack.argsOf(clusterType)).toMatchObject({
      deletionProtection: true,
      releaseChannel: { channel: 'REGULAR' },
    });
  });

  test('has hardened nodes from the first one on', () => {
    expect(stack.argsOf(clusterType)).toMatchObject({ removeDefaultNodePool: true, nodeConfig: hardened });
    expect(stack.argsOf(poolType)).toMatchObject({
      cluster: 'main',
      location: 'europe-west3',
      autoscaling: { minNodeCount: 1, maxNodeCount: 3 },
      management: { autoRepair: true, autoUpgrade: true },
      nodeConfig: { ...hardened, machineType: 'e2-standard-4', diskSizeGb: 100 },
    });
  });

  test('gives its name, address, certificate, identities and account', () => {
    expect(stack.outputs).toEqual({
      clusterName: 'main',
      endpoint: '10.1.2.3',
      caCertificate: 'cGVt',
      location: 'europe-west3',
      workloadPool: 'shop-prod.svc.id.goog',
      nodeServiceAccount: email,
    });
  });
});

test('nodes hold logs and metrics only when no role is named', async () => {
  const stack = await run({ nodeRoles: [] });
  expect(stack.argsOf(grantType)).toEqual({
    project: 'shop-prod',
    role: 'roles/container.defaultNodeServiceAccount',
    member: `serviceAccount:${email}`,
  });
});

test('a control plane has a public address for networks that are named', async () => {
  const stack = await run({ authorizedNetworks: ['192.0.2.0/24'] });
  expect(stack.argsOf(clusterType)).toMatchObject({
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: false },
    masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: '192.0.2.0/24' }] },
  });
});

test('a cluster takes its ranges, nodes, key and labels from the manifest', async () => {
  const kmsKeyName = 'projects/shop-prod/locations/europe-west3/keyRings/main/cryptoKeys/gke';
  const stack = await run({
    projectId: 'shop-prod',
    podRange: 'pods',
    serviceRange: 'services',
    releaseChannel: 'STABLE',
    machineType: 'n2-standard-8',
    minNodes: 0,
    maxNodes: 10,
    diskSizeGb: 50,
    kmsKeyName,
    labels: { team: 'billing' },
    deletionProtection: false,
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-prod' });
  const labels = { 'managed-by': 'davit', team: 'billing' };
  expect(stack.argsOf(clusterType)).toMatchObject({
    ipAllocationPolicy: { clusterSecondaryRangeName: 'pods', servicesSecondaryRangeName: 'services' },
    releaseChannel: { channel: 'STABLE' },
    databaseEncryption: { state: 'ENCRYPTED', keyName: kmsKeyName },
    deletionProtection: false,
    resourceLabels: labels,
  });
  expect(stack.argsOf(poolType)).toMatchObject({
    initialNodeCount: 1,
    autoscaling: { minNodeCount: 0, maxNodeCount: 10 },
    nodeConfig: { machineType: 'n2-standard-8', diskSizeGb: 50, resourceLabels: labels },
  });
});

test.each([
  ['minNodes', { minNodes: 4 }],
  ['serviceRange', { podRange: 'pods' }],
  ['authorizedNetworks', { authorizedNetworks: ['0.0.0.0/0'] }],
  ['nodeRoles', { nodeRoles: ['roles/editor'] }],
])('a manifest is refused for its %s', (field, refused) => {
  const judged = schema.safeParse({ ...required, ...refused });
  expect(judged.error?.issues.map(({ path }) => path[0])).toEqual([field]);
});
