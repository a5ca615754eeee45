import { z } from 'zod';
import {
  azureDeletionProtection,
  azureLocation,
  azureResourceGroup,
  azureSubnetId,
  azureTags,
} from '../azure-fields.ts';
import { defineKind } from '../kind-definition.ts';

const sqlName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'up to 63 lower-case letters, digits and underscores');

/** @see https://learn.microsoft.com/azure/postgresql/flexible-server/quickstart-create-server */
const reservedUsers = [
  'azure_superuser',
  'azuresu',
  'azure_pg_admin',
  'admin',
  'administrator',
  'root',
  'guest',
  'public',
];

const fields = z.strictObject({
  location: azureLocation,
  resourceGroupName: azureResourceGroup,
  serverName: z
    .string()
    .min(3)
    .max(63)
    .regex(/^[a-z0-9]+(?:-+[a-z0-9]+)*$/, '3 to 63 lower-case letters, digits and dashes')
    .meta({ description: 'One in the whole of Azure.' }),
  version: z.enum(['14', '15', '16', '17', '18']).default('17'),
  sku: z
    .string()
    .regex(/^Standard_[BDE]\d+[a-z]*(?:_v\d)?$/, 'such as Standard_D2ds_v5, of series B, D or E')
    .default('Standard_D2ds_v5'),
  storageGb: z
    .literal([32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384])
    .default(32)
    .meta({ description: 'It grows by itself when it is nearly full, and never shrinks.' }),
  databaseName: sqlName.default('app'),
  administratorLogin: sqlName
    .refine((name) => !reservedUsers.includes(name) && !name.startsWith('pg_'), 'a reserved name')
    .default('davit_admin'),
  delegatedSubnetId: azureSubnetId.optional().meta({
    description: 'A subnet given to Microsoft.DBforPostgreSQL/flexibleServers; without it, private endpoints only.',
  }),
  privateDnsZoneId: z
    .string()
    .regex(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/privateDnsZones\/[^/]+$/,
      'the resource ID of a private DNS zone',
    )
    .optional()
    .meta({ description: 'Where the server’s name is entered; with delegatedSubnetId.' }),
  zoneRedundant: z.boolean().default(false).meta({ description: 'Keeps a standby in a second zone.' }),
  backupRetentionDays: z.int().min(7).max(35).default(14),
  geoRedundantBackup: z
    .boolean()
    .default(false)
    .meta({ description: 'Keeps backups in another region too; chosen when the server is made.' }),
  deletionProtection: azureDeletionProtection,
  tags: azureTags,
});

export const spec = fields
  .refine((given) => (given.delegatedSubnetId === undefined) === (given.privateDnsZoneId === undefined), {
    path: ['privateDnsZoneId'],
    error: 'delegatedSubnetId and privateDnsZoneId go together',
  })
  .refine(({ sku, zoneRedundant }) => !zoneRedundant || !sku.startsWith('Standard_B'), {
    path: ['zoneRedundant'],
    error: 'not for a sku of series B',
  });

export const kind = defineKind({
  name: 'AzurePostgresqlFlexibleServer',
  provider: 'azure',
  summary: 'A private, encrypted PostgreSQL of Azure that takes TLS only, with backups and a generated password.',
  spec,
  outputs: {
    serverName: 'Name of the server',
    serverId: 'Resource ID of the server',
    host: 'Host name of the database',
    port: 'Port of the database',
    databaseName: 'Name of the database',
    username: 'The administrator',
    password: 'Password of the administrator (secret)',
    connectionUrl: 'URL with everything, for clients (secret)',
  },
});
