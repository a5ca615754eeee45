import { z } from 'zod';
import { kmsKeyName, labels, network, projectId, region } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** Identifiers which neither PostgreSQL nor MySQL ever asks to quote, and within the 32 characters of a MySQL user. */
const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'up to 32 lower-case letters, digits and underscores, a letter first');

export const spec = z
  .strictObject({
    projectId,
    region: region.meta({ description: 'Where the instance is.' }),
    instanceName: z
      .string()
      .regex(/^[a-z](?:[a-z0-9-]{0,96}[a-z0-9])?$/, 'up to 98 lower-case letters, digits and dashes, a letter first')
      .optional()
      .meta({
        description: 'The manifest’s name when it is left out. Not to be had again for a week after a destroy.',
      }),
    databaseVersion: z
      .enum(['POSTGRES_14', 'POSTGRES_15', 'POSTGRES_16', 'POSTGRES_17', 'MYSQL_8_0', 'MYSQL_8_4'])
      .default('POSTGRES_17'),
    tier: z
      .string()
      .regex(/^db-[A-Za-z0-9-]+$/, 'a tier such as db-custom-2-7680')
      .default('db-custom-2-7680')
      .meta({
        description: 'Machine; db-perf-optimized-… is of the edition Enterprise Plus, all others of Enterprise.',
      }),
    diskSizeGb: z
      .int()
      .min(10)
      .max(65_536)
      .default(10)
      .meta({ description: 'To begin with: the disk grows by itself.' }),
    diskSizeLimitGb: z
      .int()
      .min(0)
      .max(65_536)
      .default(0)
      .meta({ description: 'What the disk grows to at most; 0 for what Google Cloud allows.' }),
    highAvailability: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether a second machine in another zone stands by.' }),
    privateNetwork: network.optional().meta({
      description: 'The VPC network that reaches the instance; it has private services access. Needed unless publicIp.',
    }),
    publicIp: z.boolean().default(false).meta({
      description: 'Whether it has a public address too, which takes nobody but authorizedNetworks and the Auth Proxy.',
    }),
    authorizedNetworks: z
      .array(z.cidrv4().refine((cidr) => !cidr.endsWith('/0'), 'not the whole internet'))
      .max(100)
      .default([])
      .meta({ description: 'Who may come to the public address without the Auth Proxy, as CIDR.' }),
    databaseName: identifier.default('app'),
    userName: identifier.default('app').meta({ description: 'Its password is made, and an output.' }),
    kmsKeyName,
    backupRetention: z.int().min(1).max(365).default(7).meta({ description: 'How many daily backups are kept.' }),
    deletionProtection: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether a destroy is refused, by davit and by Google Cloud.' }),
    labels,
  })
  .refine((value) => value.publicIp || value.privateNetwork !== undefined, {
    path: ['privateNetwork'],
    message: 'needed unless publicIp is true: nobody could reach the instance',
  })
  .refine((value) => value.publicIp || value.authorizedNetworks.length === 0, {
    path: ['authorizedNetworks'],
    message: 'only of use when publicIp is true',
  });

export const kind = defineKind({
  name: 'GcpCloudSql',
  provider: 'gcp',
  summary: 'A PostgreSQL or MySQL instance of Cloud SQL with a database and a user: private, TLS only, backed up.',
  spec,
  outputs: {
    instanceName: 'Name of the instance',
    connectionName: 'Name for the Auth Proxy: project:region:instance',
    privateIpAddress: 'Address in the private network; empty without one',
    publicIpAddress: 'Public address; empty without one',
    port: 'Port of the database',
    databaseName: 'Name of the database',
    userName: 'Name of the user',
    password: 'Password of the user (secret)',
  },
});
