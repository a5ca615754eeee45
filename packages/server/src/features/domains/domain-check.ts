import { isLocalName, type OwnNames, ownNameOf } from './domain-name.ts';

/** What DNS says about a domain, and what it should. */
export interface DnsFacts {
  host: string;
  isApex: boolean;
  /** The service's own host name below BASE_DOMAIN. */
  target: string;
  token: string;
  cnames: readonly string[];
  /** Of `_davit.HOST`. */
  txts: readonly string[];
  addresses: readonly string[];
  targetAddresses: readonly string[];
}

export interface DnsJudgement {
  isVerified: boolean;
  /** In words for people. */
  seen: string;
  /** What to change; null: nothing. */
  advice: string | null;
  /** The platform has the name itself: it is not served any more, not even for a while. */
  isOwn?: boolean;
}

/** A record that somebody makes where their DNS is kept. */
export interface WantedRecord {
  type: 'CNAME' | 'TXT' | 'A';
  name: string;
  value: string;
}

/** What the TXT record holds. */
const txtValue = (token: string): string => `davit-verification=${token}`;
export const txtName = (host: string): string => `_davit.${host}`;

/** A name that only machines near davit understand, such as `web.localhost`, cannot stand in anybody's DNS. */
const takesCname = ({ isApex, target }: Pick<DnsFacts, 'isApex' | 'target'>) => !isApex && !isLocalName(target);

/**
 * The records that verify a domain and lead it here. A name below an apex needs one: its CNAME names this very service, which
 * only who may change the zone can have said, and said of this organization: another's never gets the service's host name. An
 * apex cannot have one.
 */
export function wantedRecords(
  facts: Pick<DnsFacts, 'host' | 'isApex' | 'target' | 'token' | 'targetAddresses'>,
): WantedRecord[] {
  const { host, target, token, targetAddresses } = facts;
  if (takesCname(facts)) return [{ type: 'CNAME', name: host, value: target }];
  const here = isLocalName(target) ? 'the public address of this server' : `the address of ${target}`;
  const addresses = targetAddresses.length === 0 || isLocalName(target) ? [here] : targetAddresses;
  return [
    { type: 'TXT', name: txtName(host), value: txtValue(token) },
    ...addresses.map((value): WantedRecord => ({ type: 'A', name: host, value })),
  ];
}

const inWords = ({ type, name, value }: WantedRecord) => `${name} ${type} ${type === 'TXT' ? `"${value}"` : value}`;

function seenOf({ host, cnames, addresses, txts }: DnsFacts): string {
  const leads =
    cnames.length > 0
      ? `${host} is a CNAME for ${cnames.join(', ')}`
      : `${host} has ${addresses.length === 0 ? 'no address' : `the address ${addresses.join(', ')}`}`;
  return txts.length === 0 ? `${leads}.` : `${leads}; ${txtName(host)} has ${txts.length} TXT record(s).`;
}

/** Judges what was seen. */
export function judgeDns(facts: DnsFacts): DnsJudgement {
  const { target, token, cnames, txts, addresses, targetAddresses } = facts;
  const seen = seenOf(facts);
  if (takesCname(facts) && cnames.includes(target)) return { isVerified: true, seen, advice: null };
  const records = wantedRecords(facts).map(inWords).join('; ');
  if (!txts.includes(txtValue(token))) {
    const instead = !takesCname(facts)
      ? ''
      : ` Where it cannot be a CNAME: ${txtName(facts.host)} TXT "${txtValue(token)}".`;
    return { isVerified: false, seen, advice: `Make: ${records}.${instead}` };
  }
  if (addresses.length === 0)
    return { isVerified: false, seen, advice: `The TXT record is right. Make an address too: ${records}.` };
  const leadsHere =
    targetAddresses.length === 0 ||
    isLocalName(target) ||
    addresses.some((address) => targetAddresses.includes(address));
  const advice = leadsHere
    ? null
    : `Its address is none of ${target} (${targetAddresses.join(', ')}): right behind a CDN that passes requests on, else change it.`;
  return { isVerified: true, seen, advice };
}

/** Of a name that became the platform's own after it was added; undefined: it is not, and DNS is asked. */
export function judgeOwnName(host: string, own: OwnNames): DnsJudgement | undefined {
  const what = ownNameOf(host, own);
  if (what === undefined) return undefined;
  const advice =
    'Remove it and give the service another name; or whoever runs davit sets BASE_URL and BASE_DOMAIN to names without it.';
  return { isVerified: false, isOwn: true, seen: `${host} is ${what}.`, advice };
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** How long an unverified domain is looked at by itself, and how long a verified one that leads elsewhere is served. */
export const patienceMs = 7 * day;

/** When to look again, in milliseconds; null: not by itself. `failingMs`: since it was added, or since it went wrong. */
export function nextCheckIn(standing: {
  isVerified: boolean;
  failingMs: number | null;
  lacksCertificate: boolean;
}): number | null {
  const { isVerified, failingMs, lacksCertificate } = standing;
  if (failingMs === null) return lacksCertificate ? 15 * minute : 6 * hour;
  if (failingMs >= patienceMs) return null;
  if (isVerified) return 15 * minute;
  if (failingMs < hour) return minute;
  return failingMs < day ? 15 * minute : 6 * hour;
}
