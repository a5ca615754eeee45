import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { inAwsRegion, tagsOf } from '../aws-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

/** Signs a zone with a key that AWS KMS keeps; gives the DS record of the key. */
function signZone(
  name: string,
  zoneId: pulumi.Output<string>,
  keyArn: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const key = providerResource(
    'aws:route53/keySigningKey:KeySigningKey',
    name,
    { hostedZoneId: zoneId, keyManagementServiceArn: keyArn, name: 'davit' },
    { ...options, outputs: ['dsRecord'] },
  );
  providerResource(
    'aws:route53/hostedZoneDnsSec:HostedZoneDnsSec',
    name,
    { hostedZoneId: zoneId },
    // Signing begins with a key there, and ends before the key goes.
    { ...options, dependsOn: [key] },
  );
  return key.dsRecord;
}

/** A resource for each record, so that a change of one leaves the others alone. */
function addRecords(
  name: string,
  spec: Spec,
  zoneId: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): void {
  for (const { name: label, type, ttl, values } of spec.records) {
    providerResource(
      'aws:route53/record:Record',
      `${name}-${label}-${type}`,
      { zoneId, name: label === '@' ? spec.domainName : `${label}.${spec.domainName}`, type, ttl, records: values },
      options,
    );
  }
}

/** A zone, its records, and its signature. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = inAwsRegion(spec.region);

  const zone = providerResource(
    'aws:route53/zone:Zone',
    name,
    {
      name: spec.domainName,
      comment: spec.comment,
      forceDestroy: spec.forceDestroy,
      ...(spec.vpcs.length > 0 && { vpcs: spec.vpcs.map(({ vpcId, region }) => ({ vpcId, vpcRegion: region })) }),
      tags: tagsOf(spec),
    },
    { ...ofProvider, outputs: ['arn', 'nameServers'] },
  );
  const options = { ...ofProvider, parent: zone };
  addRecords(name, spec, zone.id, options);
  // A list, although outputs are declared as texts.
  const nameServers = zone.nameServers as unknown as pulumi.Output<string[]>;
  return {
    zoneId: zone.id,
    zoneArn: zone.arn,
    domainName: pulumi.output(spec.domainName),
    nameServers: nameServers.apply((servers) => servers.join(',')),
    dsRecord:
      spec.dnssecKmsKeyArn === undefined ? pulumi.output('') : signZone(name, zone.id, spec.dnssecKmsKeyArn, options),
  };
}
