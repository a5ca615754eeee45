import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { inAwsRegion, tagsOf } from '../aws-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { engines } from './engine.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** What guards the data: encryption, backups, and obstacles to its deletion. */
function protection(spec: Spec, identifier: string): Record<string, unknown> {
  return {
    publiclyAccessible: false,
    storageEncrypted: true,
    ...(spec.kmsKeyArn !== undefined && { kmsKeyId: spec.kmsKeyArn }),
    // The password is made by RDS and stays in Secrets Manager, so that no manifest and no state holds it.
    manageMasterUserPassword: true,
    backupRetentionPeriod: spec.backupRetentionDays,
    copyTagsToSnapshot: true,
    deleteAutomatedBackups: false,
    deletionProtection: spec.deletionProtection,
    skipFinalSnapshot: !spec.finalSnapshot,
    ...(spec.finalSnapshot && { finalSnapshotIdentifier: `${identifier}-final` }),
  };
}

/** An instance in private networks, with the parameters that make it refuse what comes without TLS. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const options = inAwsRegion(spec.region);
  const engine = engines[spec.engine];
  const engineVersion = spec.engineVersion ?? engine.defaultVersion;
  const identifier = spec.identifier ?? name;
  const tags = tagsOf(spec);

  const subnets = providerResource(
    'aws:rds/subnetGroup:SubnetGroup',
    name,
    { subnetIds: spec.subnetIds, tags },
    options,
  );
  const family = engine.familyOf(engineVersion);
  // Without a name of its own: another family replaces the group, and the instance moves to the new one before the old one goes.
  const parameters = providerResource(
    'aws:rds/parameterGroup:ParameterGroup',
    name,
    { family, parameters: [engine.tlsOnly], tags },
    options,
  );
  const instance = providerResource(
    'aws:rds/instance:Instance',
    name,
    {
      identifier,
      engine: spec.engine,
      engineVersion,
      allowMajorVersionUpgrade: spec.allowMajorVersionUpgrade,
      autoMinorVersionUpgrade: true,
      applyImmediately: true,
      instanceClass: spec.instanceClass,
      storageType: 'gp3',
      allocatedStorage: spec.allocatedStorageGb,
      ...(spec.maxAllocatedStorageGb !== undefined && { maxAllocatedStorage: spec.maxAllocatedStorageGb }),
      ...(spec.databaseName !== undefined && { dbName: spec.databaseName }),
      username: spec.username,
      dbSubnetGroupName: subnets.id,
      vpcSecurityGroupIds: spec.securityGroupIds,
      parameterGroupName: parameters.id,
      multiAz: spec.multiAz,
      enabledCloudwatchLogsExports: engine.logs,
      ...protection(spec, identifier),
      tags,
    },
    { ...options, outputs: ['arn', 'address', 'port', 'masterUserSecrets'] },
  );
  // A list, although outputs are declared as texts.
  const secrets = instance.masterUserSecrets as unknown as pulumi.Output<{ secretArn: string }[]>;
  return {
    instanceIdentifier: pulumi.output(identifier),
    instanceArn: instance.arn,
    address: instance.address,
    port: instance.port,
    databaseName: pulumi.output(spec.databaseName ?? ''),
    username: pulumi.output(spec.username),
    passwordSecretArn: secrets.apply(([secret]) => secret?.secretArn ?? ''),
  };
}
