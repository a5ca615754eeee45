import * as pulumi from '@pulumi/pulumi';
import { accountIdOf, cloudflareProvider } from '../cloudflare-account.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { recordArgs } from './record-args.ts';
import { spec as specSchema } from './schema.ts';

/** A zone that is signed, with its records and TLS for those that are proxied. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = cloudflareProvider();

  const zone = providerResource(
    'cloudflare:index/zone:Zone',
    name,
    { account: { id: accountIdOf(input, spec.accountId) }, name: spec.domain, type: 'full' },
    { ...ofProvider, protect: spec.deletionProtection, outputs: ['nameServers'] },
  );
  const options = { ...ofProvider, parent: zone };
  const settings = {
    // The certificate of the origin is checked too.
    ssl: 'strict',
    always_use_https: 'on',
    min_tls_version: spec.minTlsVersion,
  };
  for (const [settingId, value] of Object.entries(settings)) {
    providerResource(
      'cloudflare:index/zoneSetting:ZoneSetting',
      `${name}-${settingId}`,
      { zoneId: zone.id, settingId, value },
      options,
    );
  }
  for (const [resource, args] of recordArgs(spec.domain, spec.records))
    providerResource('cloudflare:index/dnsRecord:DnsRecord', resource, { zoneId: zone.id, ...args }, options);
  const dnssec = providerResource(
    'cloudflare:index/zoneDnssec:ZoneDnssec',
    name,
    { zoneId: zone.id, status: spec.dnssec ? 'active' : 'disabled' },
    { ...options, outputs: ['ds'] },
  );
  return {
    zoneId: zone.id,
    domain: pulumi.output(spec.domain),
    nameServers: zone.nameServers,
    dsRecord: spec.dnssec ? dnssec.ds : pulumi.output(''),
  };
}
