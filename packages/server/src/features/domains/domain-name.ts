import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { parse } from 'tldts';
import { domainErrors } from './domain-errors.ts';

/** Names that are the platform's own. */
export interface OwnNames {
  baseDomain: string;
  /** The host of BASE_URL. */
  panelHost: string | undefined;
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Names that lead nowhere outside of one machine or one network (RFC 6761, RFC 6762, RFC 8375, RFC 9476). */
const localSuffix = /(?:^|\.)(?:localhost|local|internal|invalid|onion|alt|home\.arpa|in-addr\.arpa|ip6\.arpa)$/;

/** Whether a name leads nowhere outside of one machine or one network. */
export const isLocalName = (host: string): boolean => localSuffix.test(host);

function refuse(detail: string): never {
  throw domainErrors.DOMAIN_NAME_INVALID({
    message: `The domain ${detail}.`,
    fields: [{ pointer: '/host', detail }],
  });
}

/**
 * The one spelling of a host name that somebody typed: lower case, punycode, no dot at its end.
 * @throws AppError DOMAIN_NAME_INVALID, DOMAIN_RESERVED
 */
export function readDomainName(text: string, own: OwnNames): string {
  const typed = text.trim().replace(/\.$/, '');
  if (isIP(typed.replace(/^\[|\]$/g, '')) !== 0) refuse('is an IP address; a name such as www.example.com is needed');
  if (typed.includes('*')) refuse('has a wildcard; name each host by itself');
  if (/[\s/:@?#%\\]/.test(typed)) refuse('is a URL or has a port; only the host name is needed');
  const host = domainToASCII(typed);
  const labels = host.split('.');
  if (host === '' || host.length > 253 || !labels.every((each) => label.test(each))) refuse('is no valid host name');
  // 0x7f.1 and 2130706433 are addresses to some programs.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) refuse('is an IP address; a name is needed');
  if (isLocalName(host)) refuse('cannot be reached from outside of one network');
  if (labels.length < 2 || apexOf(host) === null) refuse('is a public suffix, below which others have their domains');
  refuseOwn(host, own);
  return host;
}

/** What a name is to the platform itself, in words; undefined: nothing, so that it may be somebody's. */
export function ownNameOf(host: string, { baseDomain, panelHost }: OwnNames): string | undefined {
  if (host === panelHost) return 'where davit itself is reached';
  if (host === baseDomain) return 'the domain below which davit names services';
  return host.endsWith(`.${baseDomain}`) ? 'below the domain in which davit gives the names itself' : undefined;
}

function refuseOwn(host: string, own: OwnNames): void {
  const what = ownNameOf(host, own);
  if (what === undefined) return;
  throw domainErrors.DOMAIN_RESERVED({
    message: `${host} is ${what}.`,
    fields: [{ pointer: '/host', detail: `is ${what}` }],
  });
}

function apexOf(host: string): string | null {
  // Private suffixes too: somebody's name below github.io is a domain of their own.
  return parse(host, { allowPrivateDomains: true }).domain;
}

/** Whether it is the domain that somebody registered, which cannot have a CNAME record (RFC 1912, section 2.4). */
export function isApex(host: string): boolean {
  return apexOf(host) === host;
}
