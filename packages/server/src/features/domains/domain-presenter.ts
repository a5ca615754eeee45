import type { Domain } from './domain.ts';
import { wantedRecords } from './domain-check.ts';
import { isApex } from './domain-name.ts';
import { type DomainNetwork, domainUrl, isServed } from './domain-network.ts';
import type { SeenDomainRow } from './domain-store.ts';

/** Certificates are renewed a month before their end; two weeks before it something has gone wrong. */
export const certificateWarningMs = 14 * 24 * 60 * 60_000;

const withoutTls =
  'The proxy of this installation has no TLS. Whoever runs it sets PROXY=caddy, or puts a proxy with TLS before it.';

function certificateOf(row: SeenDomainRow, { hasTls }: DomainNetwork, now: Date): Domain['certificate'] {
  const { certificateExpiresAt: end, certificateIssuer: issuer, certificateFault: fault } = row;
  const about = { expiresAt: end?.toISOString() ?? null, issuer, detail: fault };
  if (!hasTls) return { state: 'unavailable', expiresAt: null, issuer: null, detail: withoutTls };
  if (end === null) return { ...about, state: fault === null ? 'pending' : 'failed' };
  const leftMs = end.getTime() - now.getTime();
  if (leftMs <= 0) return { ...about, state: 'expired' };
  if (leftMs > certificateWarningMs) return { ...about, state: 'valid' };
  const detail =
    fault ?? 'It should have been renewed by now: look whether the domain still leads here on port 80 and 443.';
  return { ...about, state: 'expiring', detail };
}

/** What people are shown of a domain. */
export function presentDomain(row: SeenDomainRow, network: DomainNetwork, now: Date): Domain {
  const { host, token } = row;
  const target = network.hostOf(row.hostLabel ?? '');
  const served = isServed(row, network);
  return {
    id: row.id,
    serviceId: row.serviceId,
    host,
    url: domainUrl(row, network, now),
    state: row.isBusy && !served ? 'verifying' : (row.state as Domain['state']),
    isServed: served,
    redirectTo: row.redirectTo,
    forceHttps: row.forceHttps,
    records: wantedRecords({ host, isApex: isApex(host), target, token, targetAddresses: [] }),
    seen: row.seen,
    advice: row.advice,
    certificate: certificateOf(row, network, now),
    checkedAt: row.checkedAt?.toISOString() ?? null,
    nextCheckAt: row.nextCheckAt?.toISOString() ?? null,
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
