import { randomBytes } from 'node:crypto';

/** Every prefix that an id of davit can have, with what it names. */
export const idPrefixes = {
  org: 'organization',
  usr: 'user',
  inv: 'invitation',
  ses: 'session',
  tok: 'API token',
  prj: 'project',
  env: 'environment',
  svc: 'service',
  var: 'variable',
  vch: 'change of a variable',
  upl: 'upload',
  dep: 'deployment',
  rel: 'release',
  ins: 'instance',
  run: 'run',
  req: 'request',
  aud: 'audit entry',
  crd: 'credential',
  res: 'cloud resource',
  stu: 'stack update',
  bak: 'backup of the platform',
  dav: 'installation of davit',
  dom: 'domain',
  cmd: 'command that was run once',
} as const;
export type IdPrefix = keyof typeof idPrefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

function encode(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = alphabet[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}

/** When an id was made; undefined where it is none of {@link createId}. */
export function timeOfId(id: string): Date | undefined {
  const [, time] = /^[a-z]{3}_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/.exec(id) ?? [];
  if (time === undefined) return undefined;
  return new Date(Array.from(time).reduce((value, digit) => value * 32 + alphabet.indexOf(digit), 0));
}

/**
 * A new id: prefix, 48 bits of milliseconds, 80 random bits, in Crockford's base 32 (lower case), so that ids sort by
 * the time they were made. The layout is that of a ULID (https://github.com/ulid/spec).
 */
export function createId(prefix: IdPrefix, now = Date.now()): string {
  const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
  return `${prefix}_${encode(BigInt(now), 10)}${encode(random, 16)}`;
}
