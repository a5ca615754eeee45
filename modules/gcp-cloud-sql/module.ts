import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { pluginProvider, providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** The plugin of passwords. */
const randomVersion = '4.21.2';

const isPostgres = (spec: Spec) => spec.databaseVersion.startsWith('POSTGRES');

/** Restores to a moment: PostgreSQL's by its own setting, MySQL's by the binary log. */
const backups = (spec: Spec) => ({
  enabled: true,
  ...(isPostgres(spec) ? { pointInTimeRecoveryEnabled: true } : { binaryLogEnabled: true }),
  // Logs lead on from a backup: more days of them than backups would lead on from nothing. Seven is the most of Enterprise.
  transactionLogRetentionDays: Math.min(7, spec.backupRetention),
  backupRetentionSettings: { retainedBackups: spec.backupRetention, retentionUnit: 'COUNT' },
});

const settings = (spec: Spec) => ({
  tier: spec.tier,
  // Said always: PostgreSQL 16 and later are Enterprise Plus by default, which takes other tiers.
  edition: spec.tier.startsWith('db-perf-optimized-') ? 'ENTERPRISE_PLUS' : 'ENTERPRISE',
  availabilityType: spec.highAvailability ? 'REGIONAL' : 'ZONAL',
  diskType: 'PD_SSD',
  diskSize: spec.diskSizeGb,
  diskAutoresize: true,
  diskAutoresizeLimit: spec.diskSizeLimitGb,
  deletionProtectionEnabled: spec.deletionProtection,
  backupConfiguration: backups(spec),
  ipConfiguration: {
    ipv4Enabled: spec.publicIp,
    privateNetwork: spec.privateNetwork,
    sslMode: 'ENCRYPTED_ONLY',
    authorizedNetworks: spec.authorizedNetworks.map((value) => ({ value })),
  },
  userLabels: { 'managed-by': 'davit', ...spec.labels },
});

function generatedPassword(name: string): pulumi.Output<string> {
  const { result } = providerResource(
    'random:index/randomPassword:RandomPassword',
    name,
    // Letters and digits alone: it goes into connection URLs as it is.
    { length: 40, special: false },
    {
      provider: pluginProvider('random', {}, randomVersion),
      version: randomVersion,
      outputs: ['result'],
      additionalSecretOutputs: ['result', 'bcryptHash'],
    },
  );
  return pulumi.secret(result);
}

/** An instance that takes TLS only and keeps backups, with a database and a user whose password is generated. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = gcpOptions(spec.projectId);
  const instance = providerResource(
    'gcp:sql/databaseInstance:DatabaseInstance',
    name,
    {
      name: spec.instanceName ?? name,
      region: spec.region,
      databaseVersion: spec.databaseVersion,
      encryptionKeyName: spec.kmsKeyName,
      deletionProtection: spec.deletionProtection,
      settings: settings(spec),
    },
    {
      ...ofProvider,
      outputs: ['name', 'connectionName', 'privateIpAddress', 'publicIpAddress'],
      additionalSecretOutputs: ['rootPassword', 'serverCaCerts'],
    },
  );
  // PostgreSQL refuses to drop a user who owns tables; both go with the instance, whatever is in it.
  const withInstance = { instance: instance.name, deletionPolicy: 'ABANDON' };
  const options = { ...ofProvider, parent: instance };
  const database = providerResource(
    'gcp:sql/database:Database',
    name,
    { ...withInstance, name: spec.databaseName },
    options,
  );
  const password = generatedPassword(name);
  providerResource(
    'gcp:sql/user:User',
    name,
    { ...withInstance, name: spec.userName, password },
    // An instance does one operation at a time.
    { ...options, dependsOn: [database], additionalSecretOutputs: ['password'] },
  );
  return {
    instanceName: instance.name,
    connectionName: instance.connectionName,
    privateIpAddress: instance.privateIpAddress,
    publicIpAddress: instance.publicIpAddress,
    port: pulumi.output(isPostgres(spec) ? '5432' : '3306'),
    databaseName: pulumi.output(spec.databaseName),
    userName: pulumi.output(spec.userName),
    password,
  };
}
