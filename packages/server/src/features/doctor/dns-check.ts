import { isIP } from 'node:net';
import type { Dns } from '../../adapters/dns/dns.ts';
import { type Check, type Finding, fail, ok, reasonOf, type Subject, warn } from './finding.ts';

// Shorter than a check may take: that the resolver is silent is to be a finding of its own.
const patienceMs = 6000;

export interface DnsCheckOptions {
  baseDomain: string;
  baseUrl: string | undefined;
  dns: Pick<Dns, 'addresses'>;
  /** Of this machine. */
  ownAddresses: () => readonly string[];
}

interface Asked {
  finding: Finding;
  /** None where it leads nowhere. */
  addresses: readonly string[];
}

const isOfThisMachine = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

async function ask(
  subject: Subject,
  { host, record }: { host: string; record: string },
  { dns, ownAddresses }: DnsCheckOptions,
  signal: AbortSignal,
): Promise<Asked> {
  let addresses: readonly string[];
  try {
    addresses = await dns.addresses(host, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
  } catch (error) {
    const mend = 'Check DNS_RESOLVER, or the resolver of this machine, and whether a firewall lets davit ask it.';
    return {
      finding: fail(subject, `It could not be asked for: ${reasonOf(error).replace(/\.$/, '')}.`, mend),
      addresses: [],
    };
  }
  const mend = `Make ${record} with the address of this machine.`;
  if (addresses.length === 0) return { finding: fail(subject, 'It leads nowhere.', mend), addresses };
  const own = new Set(ownAddresses());
  const detail = addresses.join(', ');
  if (addresses.some((address) => own.has(address))) return { finding: ok(subject, detail), addresses };
  const hint = `That is right behind NAT, a load balancer or a cloud's own address for this machine. Else: ${mend}`;
  return { finding: warn(subject, `${detail}: no address of this machine itself.`, hint), addresses };
}

/** Where both have addresses of a family, they should be the same; one of them may have IPv6 and the other none. */
function lookAtBoth(panel: readonly string[], services: readonly string[]): Finding[] {
  const ofFamily = (addresses: readonly string[], family: number) =>
    addresses
      .filter((address) => isIP(address) === family)
      .toSorted()
      .join(', ');
  return [4, 6].flatMap((family) => {
    const [one, other] = [ofFamily(panel, family), ofFamily(services, family)];
    if (one === '' || other === '' || one === other) return [];
    return [
      warn(
        { check: 'dns.same', title: `DNS of davit and of its services, by IPv${family}` },
        `davit is at ${one}, its services are at ${other}.`,
        'One machine has both: give both records the same addresses, unless what is before davit (NAT, a load balancer) leads each of them here.',
      ),
    ];
  });
}

/**
 * Whether the names that davit gives out lead here, as the world sees it: DNS is asked itself, not the hosts file. Those of
 * this machine alone need no DNS.
 */
export function createDnsCheck(options: DnsCheckOptions): Check {
  const { baseDomain, baseUrl } = options;
  return async (signal) => {
    const host = baseUrl === undefined ? 'localhost' : new URL(baseUrl).hostname;
    const name = `davit-doctor.${baseDomain}`;
    const [services, panel] = await Promise.all([
      isOfThisMachine(baseDomain)
        ? undefined
        : ask(
            { check: 'dns.services', title: `DNS of ${name}` },
            { host: name, record: `a wildcard record *.${baseDomain}` },
            options,
            signal,
          ),
      isOfThisMachine(host) || isIP(host.replaceAll(/^\[|\]$/g, '')) !== 0
        ? undefined
        : ask({ check: 'dns.panel', title: `DNS of ${host}` }, { host, record: `a record ${host}` }, options, signal),
    ]);
    return [
      ...[services, panel].flatMap((asked) => (asked === undefined ? [] : [asked.finding])),
      ...lookAtBoth(panel?.addresses ?? [], services?.addresses ?? []),
    ];
  };
}
