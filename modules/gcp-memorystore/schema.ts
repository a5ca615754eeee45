import { z } from 'zod';
import { kmsKeyName, labels, network, projectId, region } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

export const spec = z.strictObject({
  projectId,
  region: region.meta({ description: 'Where the instance is.' }),
  instanceName: z
    .string()
    .regex(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'up to 40 lower-case letters, digits and dashes, a letter first')
    .optional()
    .meta({ description: 'The manifest’s name when it is left out.' }),
  redisVersion: z.enum(['REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2']).default('REDIS_7_2'),
  memorySizeGb: z.int().min(1).max(300).default(1),
  highAvailability: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a replica in another zone stands by. To change it makes a new instance.' }),
  network: network.meta({ description: 'The VPC network that reaches the instance.' }),
  connectMode: z
    .enum(['PRIVATE_SERVICE_ACCESS', 'DIRECT_PEERING'])
    .default('PRIVATE_SERVICE_ACCESS')
    .meta({ description: 'How the network reaches it; private services access has to be set up there beforehand.' }),
  evictionPolicy: z
    .enum([
      'noeviction',
      'allkeys-lru',
      'allkeys-lfu',
      'allkeys-random',
      'volatile-lru',
      'volatile-lfu',
      'volatile-random',
      'volatile-ttl',
    ])
    .default('volatile-lru')
    .meta({ description: 'What goes when the memory is full.' }),
  snapshotPeriod: z
    .enum(['ONE_HOUR', 'SIX_HOURS', 'TWELVE_HOURS', 'TWENTY_FOUR_HOURS'])
    .default('TWELVE_HOURS')
    .meta({ description: 'How often what it holds is written to disk.' }),
  kmsKeyName,
  labels,
  deletionProtection: z.boolean().default(true).meta({ description: 'Whether a destroy is refused.' }),
});

export const kind = defineKind({
  name: 'GcpMemorystore',
  provider: 'gcp',
  summary: 'A Redis instance of Memorystore: private, TLS and a password required, with snapshots.',
  spec,
  outputs: {
    host: 'Address in the private network',
    port: 'Port, by TLS',
    password: 'Password (secret)',
    url: 'rediss:// with password, address and port (secret)',
    caCertificate: 'Certificate, in PEM, by which clients know the instance',
  },
});
