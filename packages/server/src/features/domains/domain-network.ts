import type { ProxyAddress } from '../../adapters/proxy/proxy.ts';
import type { Db } from '../../platform/db/database.ts';
import { type OwnNames, ownNameOf } from './domain-name.ts';
import { type DomainRow, listDomainsOf } from './domain-store.ts';

/** What of this installation decides how its names are reached. */
export interface DomainNetwork extends OwnNames {
  /** Whether the proxy ends TLS connections. */
  hasTls: boolean;
  /** Whether certificates can be had for names below the base domain: not for `localhost`. */
  isBasePublic: boolean;
  /** The host name below the base domain. */
  readonly hostOf: (hostLabel: string) => string;
  /** The address of a host name, with the port where it is not the usual one. */
  readonly originOf: (host: string, scheme: 'http' | 'https') => string;
}

/** Whether a certificate was seen for it that is good now. */
function hasCertificate({ certificateExpiresAt }: Pick<DomainRow, 'certificateExpiresAt'>, now: Date): boolean {
  return certificateExpiresAt !== null && certificateExpiresAt > now;
}

/** Whether requests for it are led to its service: a verified one, but where the name has become the platform's own since. */
export function isServed(row: Pick<DomainRow, 'host' | 'verifiedAt'>, network: OwnNames): boolean {
  return row.verifiedAt !== null && ownNameOf(row.host, network) === undefined;
}

/** Where a domain is reached: by https once that works. */
export function domainUrl(row: DomainRow, network: DomainNetwork, now: Date): string {
  return network.originOf(row.host, network.hasTls && hasCertificate(row, now) ? 'https' : 'http');
}

function addressOf(row: DomainRow, served: readonly DomainRow[], network: DomainNetwork, now: Date): ProxyAddress {
  const address = { host: row.host, certificate: network.hasTls };
  const target = served.find(({ id }) => id === row.redirectToId);
  // A target that is not served yet would be a dead end: until then the domain serves itself.
  if (target !== undefined) {
    return { ...address, redirect: { origin: domainUrl(target, network, now), when: 'always' } };
  }
  // Nobody is sent to where there is no certificate.
  return row.forceHttps && network.hasTls && hasCertificate(row, now)
    ? { ...address, redirect: { origin: network.originOf(row.host, 'https'), when: 'insecure' } }
    : address;
}

/** What says which host names lead to a service: its own below the base domain, and its verified domains. */
export function createServiceAddresses(options: { db: Db; network: DomainNetwork; now?: () => Date }) {
  const { db, network, now = () => new Date() } = options;
  return async (service: { id: string; organizationId: string; hostLabel: string | null }): Promise<ProxyAddress[]> => {
    if (service.hostLabel === null) return [];
    const own = { host: network.hostOf(service.hostLabel), certificate: network.hasTls && network.isBasePublic };
    const domains = await listDomainsOf(db, service.organizationId, service.id);
    const served = domains.filter((row) => isServed(row, network));
    return [own, ...served.map((row) => addressOf(row, served, network, now()))];
  };
}
