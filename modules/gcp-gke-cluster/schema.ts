import { z } from 'zod';
import { kmsKeyName, labels, network, projectId } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

const rangeName = z
  .string()
  .regex(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of a secondary range of the subnetwork')
  .optional();

export const spec = z
  .strictObject({
    projectId,
    location: z
      .string()
      .regex(/^[a-z]+-[a-z]+\d+(?:-[a-z])?$/, 'a region such as europe-west3, or a zone')
      .meta({
        description: 'A region has its control plane and nodes in several zones; a zone has one.',
      }),
    network: network.meta({ description: 'The VPC network of the nodes; Cloud NAT lets them out, if they have to.' }),
    subnetwork: z
      .string()
      .regex(/^projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+$/, 'projects/…/regions/…/subnetworks/…'),
    podRange: rangeName.meta({ description: 'Secondary range of pods; Google Cloud makes one when it is left out.' }),
    serviceRange: rangeName.meta({ description: 'Secondary range of services; made when it is left out.' }),
    authorizedNetworks: z
      .array(z.cidrv4().refine((cidr) => !cidr.endsWith('/0'), 'not the whole internet'))
      .max(100)
      .default([])
      .meta({
        description:
          'Who may reach the control plane at its public address, as CIDR; without any it has a private one only.',
      }),
    releaseChannel: z.enum(['RAPID', 'REGULAR', 'STABLE', 'EXTENDED']).default('REGULAR'),
    machineType: z
      .string()
      .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/, 'a machine such as e2-standard-4')
      .default('e2-standard-4'),
    minNodes: z.int().min(0).max(1000).default(1).meta({ description: 'In each zone.' }),
    maxNodes: z.int().min(1).max(1000).default(3).meta({ description: 'In each zone.' }),
    diskSizeGb: z.int().min(20).max(65_536).default(100).meta({ description: 'Of a node.' }),
    nodeRoles: z
      .array(
        z
          .string()
          .regex(/^roles\/[A-Za-z0-9_.]+$/, 'a role such as roles/artifactregistry.reader')
          .refine(
            (role) => !['roles/owner', 'roles/editor', 'roles/viewer'].includes(role),
            'too much for nodes: name the roles of the services they use',
          ),
      )
      .max(20)
      .default(['roles/artifactregistry.reader'])
      .meta({ description: 'What the account of nodes may do besides logs and metrics.' }),
    kmsKeyName: kmsKeyName.meta({ description: 'Encrypts Secrets of Kubernetes with this key of Cloud KMS besides.' }),
    labels,
    deletionProtection: z.boolean().default(true).meta({ description: 'Whether a destroy is refused.' }),
  })
  .refine(({ minNodes, maxNodes }) => minNodes <= maxNodes, { path: ['minNodes'], message: 'more than maxNodes' })
  .refine(({ podRange, serviceRange }) => (podRange === undefined) === (serviceRange === undefined), {
    path: ['serviceRange'],
    message: 'podRange and serviceRange go together',
  });

export const kind = defineKind({
  name: 'GcpGkeCluster',
  provider: 'gcp',
  summary: 'A private GKE cluster with workload identity and a pool of shielded nodes.',
  spec,
  outputs: {
    clusterName: 'Name of the cluster',
    endpoint: 'Address of the control plane, by https',
    caCertificate: 'Certificate of the control plane’s authority, PEM in base64',
    location: 'Region or zone of the cluster',
    workloadPool: 'Pool of workload identities: project.svc.id.goog',
    nodeServiceAccount: 'Who the nodes are, as an e-mail address',
  },
});
