import { z } from 'zod';
import { defineKind } from '../kind-definition.ts';
import { objectName, quantity } from '../kubernetes-fields.ts';

export const spec = z.strictObject({
  namespace: objectName.meta({ description: 'A namespace that exists.' }),
  version: z
    .enum(['7.2', '7.4', '8.0', '8.2'])
    .default('8.2')
    .meta({ description: 'Data is read by later versions only.' }),
  image: z
    .string()
    .regex(/^[a-z0-9][\w./:@-]*$/, 'the name of an image')
    .optional()
    .meta({ description: 'In the place of the official image of the version, for a registry of your own.' }),
  storage: quantity.default('5Gi').meta({ description: 'Size of the volume; it cannot be changed here later.' }),
  storageClass: objectName
    .optional()
    .meta({ description: 'The cluster’s default when it is left out. It decides about encryption at rest.' }),
  maxMemoryMegabytes: z
    .int()
    .min(16)
    .max(1_048_576)
    .default(256)
    .meta({ description: 'For data; the pod gets half as much again, for the copy that a rewrite of the log makes.' }),
  evictionPolicy: z
    .enum(['noeviction', 'allkeys-lru', 'allkeys-lfu', 'volatile-lru', 'volatile-lfu', 'volatile-ttl'])
    .default('noeviction')
    .meta({ description: 'What goes when the memory is full; by default nothing does, and writes are refused.' }),
  cpuLimit: quantity.default('500m'),
  passwordSecret: objectName.optional().meta({
    description:
      'A Secret of the namespace with the keys `password` and `auth.conf` (requirepass and the password); else one is made with a random password.',
  }),
  tlsSecret: objectName.optional().meta({
    description: 'A Secret with tls.crt and tls.key: there is no port without TLS then.',
  }),
  deleteData: z.boolean().default(false).meta({
    description: 'Whether a destroy takes the volume and the password along; they stay in the cluster otherwise.',
  }),
});

export const kind = defineKind({
  name: 'KubernetesRedis',
  provider: 'kubernetes',
  summary: 'A Redis server that keeps its data, with a random password, reached from its namespace only.',
  spec,
  outputs: {
    host: 'Host name within the cluster',
    port: 'Port',
    password: 'Password (secret)',
    connectionUrl: 'Address with the password (secret)',
    secretName: 'The Secret that holds the password under the key password',
  },
});
