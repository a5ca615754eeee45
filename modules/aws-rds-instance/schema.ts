import { z } from 'zod';
import { awsKmsKeyArn, awsRegion, awsTags } from '../aws-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const identifier = z
  .string()
  .max(63)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'lower-case letters, digits and single dashes, a letter first');

const sqlName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'up to 32 lower-case letters, digits and underscores');

const fields = z.strictObject({
  region: awsRegion,
  identifier: identifier.optional().meta({ description: 'The manifest’s name when it is left out.' }),
  engine: z.enum(['postgres', 'mysql', 'mariadb']),
  engineVersion: z
    .string()
    .regex(/^\d+(?:\.\d+){0,2}$/, 'such as 17 or 8.4')
    .optional()
    .meta({ description: 'postgres 17, mysql 8.4 or mariadb 11.4 when it is left out.' }),
  allowMajorVersionUpgrade: z.boolean().default(false),
  instanceClass: z
    .string()
    .regex(/^db\.[a-z0-9-]+\.[a-z0-9-]+$/, 'such as db.t4g.medium')
    .default('db.t4g.medium'),
  allocatedStorageGb: z.int().min(20).max(65_536).default(20),
  maxAllocatedStorageGb: z
    .int()
    .min(22)
    .max(65_536)
    .optional()
    .meta({ description: 'Lets the storage grow by itself up to this; at least a tenth above allocatedStorageGb.' }),
  databaseName: sqlName.optional().meta({ description: 'A database to begin with; none when it is left out.' }),
  username: sqlName
    .refine((name) => !['admin', 'rdsadmin', 'root', 'user', 'postgres', 'mysql'].includes(name), 'a reserved name')
    .default('davit_admin')
    .meta({ description: 'The first user; RDS makes the password and keeps it in Secrets Manager.' }),
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'such as subnet-0a1b2c3d'))
    .min(2)
    .max(20)
    .meta({ description: 'In two zones at least; private ones.' }),
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, 'such as sg-0a1b2c3d'))
    .min(1)
    .max(5)
    .meta({ description: 'Say who may connect.' }),
  multiAz: z.boolean().default(false).meta({ description: 'Keeps a standby in a second zone.' }),
  kmsKeyArn: awsKmsKeyArn,
  backupRetentionDays: z.int().min(1).max(35).default(7),
  deletionProtection: z
    .boolean()
    .default(true)
    .meta({ description: 'Refuses a destroy; set it to false and deploy before one.' }),
  finalSnapshot: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a destroy leaves a snapshot named <identifier>-final.' }),
  tags: awsTags,
});

export const spec = fields
  .refine(({ engine, engineVersion = '' }) => engine === 'postgres' || !/^\d+$/.test(engineVersion), {
    path: ['engineVersion'],
    error: 'major and minor number, such as 8.4',
  })
  .refine(({ allocatedStorageGb: from, maxAllocatedStorageGb: to }) => to === undefined || to >= from * 1.1, {
    path: ['maxAllocatedStorageGb'],
    error: 'at least a tenth above allocatedStorageGb',
  });

export const kind = defineKind({
  name: 'AwsRdsInstance',
  provider: 'aws',
  summary: 'A private, encrypted PostgreSQL, MySQL or MariaDB of RDS that takes TLS only, with backups.',
  spec,
  outputs: {
    instanceIdentifier: 'Identifier of the instance',
    instanceArn: 'ARN of the instance, for policies',
    address: 'Host name of the database',
    port: 'Port of the database',
    databaseName: 'Name of the first database; empty when there is none',
    username: 'The first user',
    passwordSecretArn: 'ARN of the secret of Secrets Manager that holds the first user’s name and password',
  },
});
