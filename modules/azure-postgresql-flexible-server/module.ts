import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { azureTagsOf, inAzure } from '../azure-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { pluginProvider, providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** The plugin of passwords. */
const randomVersion = '4.21.2';

const tiers: Readonly<Record<string, string>> = { B: 'Burstable', D: 'GeneralPurpose', E: 'MemoryOptimized' };

/** A server's parameters that are said, although the first is Azure's default: a change by hand is taken back. */
const parameters = { require_secure_transport: 'on', ssl_min_protocol_version: 'TLSv1.2' };

/** Azure wants letters of both cases and digits; nothing else, as it goes into URLs as it is. */
function generatedPassword(name: string): pulumi.Output<string> {
  const { result } = providerResource(
    'random:index/randomPassword:RandomPassword',
    name,
    { length: 40, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
    {
      provider: pluginProvider('random', {}, randomVersion),
      version: randomVersion,
      outputs: ['result'],
      additionalSecretOutputs: ['result', 'bcryptHash'],
    },
  );
  return pulumi.secret(result);
}

/** Never the public one: a subnet of its own, or private endpoints. */
function network(spec: Spec): Record<string, unknown> {
  if (spec.delegatedSubnetId === undefined) return { publicNetworkAccess: 'Disabled' };
  return {
    publicNetworkAccess: 'Disabled',
    delegatedSubnetResourceId: spec.delegatedSubnetId,
    privateDnsZoneArmResourceId: spec.privateDnsZoneId,
  };
}

function registerServer(
  name: string,
  spec: Spec,
  password: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
) {
  return providerResource(
    'azure-native:dbforpostgresql:Server',
    name,
    {
      serverName: spec.serverName,
      resourceGroupName: spec.resourceGroupName,
      location: spec.location,
      version: spec.version,
      sku: { name: spec.sku, tier: tiers[spec.sku.charAt('Standard_'.length)] },
      storage: { storageSizeGB: spec.storageGb, autoGrow: 'Enabled' },
      administratorLogin: spec.administratorLogin,
      administratorLoginPassword: password,
      authConfig: { passwordAuth: 'Enabled', activeDirectoryAuth: 'Disabled' },
      network: network(spec),
      backup: {
        backupRetentionDays: spec.backupRetentionDays,
        geoRedundantBackup: spec.geoRedundantBackup ? 'Enabled' : 'Disabled',
      },
      highAvailability: { mode: spec.zoneRedundant ? 'ZoneRedundant' : 'Disabled' },
      tags: azureTagsOf(spec),
    },
    { ...options, protect: spec.deletionProtection, outputs: ['name', 'fullyQualifiedDomainName'] },
  );
}

/** A server, its parameters and its database. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const { resourceGroupName } = spec;
  const ofProvider = inAzure();
  const password = generatedPassword(name);
  const server = registerServer(name, spec, password, ofProvider);
  const options = { ...ofProvider, parent: server };
  // One after the other: a server that is being changed refuses the next change.
  let former: pulumi.Resource = server;
  for (const [configurationName, value] of Object.entries(parameters)) {
    former = providerResource(
      'azure-native:dbforpostgresql:Configuration',
      `${name}-${configurationName}`,
      { serverName: server.name, resourceGroupName, configurationName, value, source: 'user-override' },
      { ...options, protect: false, dependsOn: [former] },
    );
  }
  const database = providerResource(
    'azure-native:dbforpostgresql:Database',
    name,
    {
      serverName: server.name,
      resourceGroupName,
      databaseName: spec.databaseName,
      charset: 'UTF8',
      collation: 'en_US.utf8',
    },
    { ...options, protect: spec.deletionProtection, dependsOn: [former], outputs: ['name'] },
  );
  const host = server.fullyQualifiedDomainName;
  const login = spec.administratorLogin;
  return {
    serverName: server.name,
    serverId: server.id,
    host,
    port: pulumi.output(5432),
    databaseName: database.name,
    username: pulumi.output(login),
    password,
    connectionUrl: pulumi.secret(
      pulumi.interpolate`postgresql://${login}:${password}@${host}:5432/${database.name}?sslmode=require`,
    ),
  };
}
