import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { nodeIdentity } from './node-identity.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** Of nodes and of those that a cluster has for a moment at its beginning. */
const hardenedNode = (serviceAccount: pulumi.Output<string>) => ({
  serviceAccount,
  oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  // Pods are told nothing of the node's own credential.
  workloadMetadataConfig: { mode: 'GKE_METADATA' },
  metadata: { 'disable-legacy-endpoints': 'true' },
  kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE' },
});

const reachability = (spec: Spec) => ({
  privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: spec.authorizedNetworks.length === 0 },
  masterAuthorizedNetworksConfig: {
    gcpPublicCidrsAccessEnabled: false,
    cidrBlocks: spec.authorizedNetworks.map((cidrBlock) => ({ cidrBlock })),
  },
});

function clusterArgs(name: string, spec: Spec, workloadPool: pulumi.Output<string>) {
  return {
    name,
    location: spec.location,
    network: spec.network,
    subnetwork: spec.subnetwork,
    networkingMode: 'VPC_NATIVE',
    ipAllocationPolicy: {
      clusterSecondaryRangeName: spec.podRange,
      servicesSecondaryRangeName: spec.serviceRange,
    },
    ...reachability(spec),
    releaseChannel: { channel: spec.releaseChannel },
    workloadIdentityConfig: { workloadPool },
    databaseEncryption: spec.kmsKeyName === undefined ? undefined : { state: 'ENCRYPTED', keyName: spec.kmsKeyName },
    // Dataplane V2 applies network policies without an add-on.
    datapathProvider: 'ADVANCED_DATAPATH',
    enableShieldedNodes: true,
    enableLegacyAbac: false,
    securityPostureConfig: { mode: 'BASIC' },
    deletionProtection: spec.deletionProtection,
    resourceLabels: { 'managed-by': 'davit', ...spec.labels },
  };
}

function certificateOf(masterAuth: pulumi.Output<unknown>): pulumi.Output<string> {
  return (masterAuth as pulumi.Output<{ clusterCaCertificate: string }>).apply(
    ({ clusterCaCertificate }) => clusterCaCertificate,
  );
}

/** A cluster of private nodes, whose control plane is private too unless networks are let in. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = gcpOptions(spec.projectId);
  const { account, grants } = nodeIdentity(name, spec.nodeRoles, ofProvider);
  const workloadPool = pulumi.interpolate`${account.project}.svc.id.goog`;
  const nodes = hardenedNode(account.email);
  const cluster = providerResource(
    'gcp:container/cluster:Cluster',
    name,
    {
      ...clusterArgs(name, spec, workloadPool),
      // GKE makes no cluster without a pool; the one below can be changed without a new cluster.
      initialNodeCount: 1,
      removeDefaultNodePool: true,
      nodeConfig: nodes,
    },
    {
      ...ofProvider,
      outputs: ['name', 'endpoint', 'masterAuth'],
      dependsOn: [...grants],
      // Of the pool that is gone: later the provider tells of the other one here.
      ignoreChanges: ['nodeConfig'],
    },
  );
  providerResource(
    'gcp:container/nodePool:NodePool',
    name,
    {
      cluster: cluster.name,
      location: spec.location,
      initialNodeCount: Math.max(1, spec.minNodes),
      autoscaling: { minNodeCount: spec.minNodes, maxNodeCount: spec.maxNodes },
      management: { autoRepair: true, autoUpgrade: true },
      nodeConfig: {
        ...nodes,
        machineType: spec.machineType,
        diskSizeGb: spec.diskSizeGb,
        imageType: 'COS_CONTAINERD',
        resourceLabels: { 'managed-by': 'davit', ...spec.labels },
      },
    },
    // Autoscaling decides how many there are after the beginning; another number would be another pool.
    { ...ofProvider, parent: cluster, ignoreChanges: ['initialNodeCount'] },
  );
  return {
    clusterName: cluster.name,
    endpoint: cluster.endpoint,
    caCertificate: certificateOf(cluster.masterAuth),
    location: pulumi.output(spec.location),
    workloadPool,
    nodeServiceAccount: account.email,
  };
}
