import * as pulumi from '@pulumi/pulumi';
import { gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

/** The first is the one in use; a second appears while certificates are rotated. */
function certificateOf(certificates: pulumi.Output<unknown>): pulumi.Output<string> {
  return (certificates as pulumi.Output<readonly { cert: string }[]>).apply(([first]) => first?.cert ?? '');
}

/** An instance in a private network that takes TLS and its password only. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const instance = providerResource(
    'gcp:redis/instance:Instance',
    name,
    {
      name: spec.instanceName ?? name,
      region: spec.region,
      redisVersion: spec.redisVersion,
      tier: spec.highAvailability ? 'STANDARD_HA' : 'BASIC',
      memorySizeGb: spec.memorySizeGb,
      authorizedNetwork: spec.network,
      connectMode: spec.connectMode,
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      customerManagedKey: spec.kmsKeyName,
      redisConfigs: { 'maxmemory-policy': spec.evictionPolicy },
      persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: spec.snapshotPeriod },
      deletionProtection: spec.deletionProtection,
      labels: { 'managed-by': 'davit', ...spec.labels },
    },
    {
      ...gcpOptions(spec.projectId),
      outputs: ['host', 'port', 'authString', 'serverCaCerts'],
      additionalSecretOutputs: ['authString'],
    },
  );
  return {
    host: instance.host,
    port: pulumi.interpolate`${instance.port}`,
    password: pulumi.secret(instance.authString),
    url: pulumi.secret(pulumi.interpolate`rediss://:${instance.authString}@${instance.host}:${instance.port}`),
    caCertificate: certificateOf(instance.serverCaCerts),
  };
}
