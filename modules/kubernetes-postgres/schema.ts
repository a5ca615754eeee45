import { z } from 'zod';
import { defineKind } from '../kind-definition.ts';
import { computeResources, objectName, quantity } from '../kubernetes-fields.ts';

const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'up to 63 lower-case letters, digits and underscores');

export const spec = z.strictObject({
  namespace: objectName.meta({ description: 'A namespace that exists.' }),
  version: z
    .enum(['14', '15', '16', '17', '18'])
    .default('17')
    .meta({ description: 'Major version. Data of one is not read by another: dump and restore.' }),
  image: z
    .string()
    .regex(/^[a-z0-9][\w./:@-]*$/, 'the name of an image')
    .optional()
    .meta({ description: 'In the place of the official image of the version, for a registry of your own.' }),
  database: identifier.default('app'),
  username: identifier
    .default('app')
    .meta({ description: 'Owner of the database; may also make roles and databases.' }),
  storage: quantity.default('10Gi').meta({ description: 'Size of the volume; it cannot be changed here later.' }),
  storageClass: objectName
    .optional()
    .meta({ description: 'The cluster’s default when it is left out. It decides about encryption at rest.' }),
  passwordSecret: objectName.optional().meta({
    description: 'A Secret of the namespace whose key `password` is taken; else one is made with a random password.',
  }),
  tlsSecret: objectName.optional().meta({
    description: 'A Secret with tls.crt and tls.key: connections over the network without TLS are refused then.',
  }),
  maxConnections: z.int().min(10).max(5000).default(100),
  resources: computeResources('1', '512Mi'),
  deleteData: z.boolean().default(false).meta({
    description: 'Whether a destroy takes the volume and the password along; they stay in the cluster otherwise.',
  }),
});

export const kind = defineKind({
  name: 'KubernetesPostgres',
  provider: 'kubernetes',
  summary: 'A PostgreSQL server on a volume, with a random password, reached from its namespace only.',
  spec,
  outputs: {
    host: 'Host name within the cluster',
    port: 'Port',
    database: 'Name of the database',
    username: 'Name of its owner',
    password: 'Password of its owner (secret)',
    connectionUrl: 'Address with the password (secret)',
    secretName: 'The Secret that holds the password under the key password',
  },
});
