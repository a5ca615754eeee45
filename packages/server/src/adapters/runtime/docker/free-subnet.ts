import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Addresses from `first` to `last`, as numbers. */
export interface AddressRange {
  first: number;
  last: number;
}

/** A network of an environment has room for 253 instances. */
const subnetBits = 24;
const subnetSize = 2 ** (32 - subnetBits);

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The addresses of an IPv4 network such as `10.1.0.0/16`; undefined for anything else. */
export function parseSubnet(text: string): AddressRange | undefined {
  const [, address, bits] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text) ?? [];
  if (address === undefined || Number(bits) > 32 || address.split('.').some((part) => Number(part) > 255))
    return undefined;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(toNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

/** Linux's table of routes (proc(5), /proc/net/route): numbers in the byte order of the machine, which is little-endian. */
export function parseRoutes(table: string): AddressRange[] {
  const number = (hex: string) =>
    toNumber(
      (hex.match(/../g) ?? [])
        .toReversed()
        .map((byte) => Number.parseInt(byte, 16))
        .join('.'),
    );
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, destination, , , , , , mask]) => {
      // The default route covers everything and occupies nothing.
      if (destination === undefined || mask === undefined || mask === '00000000') return [];
      const first = number(destination);
      return [{ first, last: first + (2 ** 32 - 1 - number(mask)) }];
    });
}

/** What this machine's own routes occupy, of other daemons too. */
export async function occupiedByRoutes(): Promise<AddressRange[]> {
  return parseRoutes(await readFile('/proc/net/route', 'utf8').catch(() => ''));
}

/**
 * A subnet of the pool that nothing occupies, or undefined. Any of them, so that two who look at once seldom choose the same
 * one; the engine refuses the second.
 */
export function chooseSubnet(pool: AddressRange, occupied: readonly AddressRange[]): string | undefined {
  const free: number[] = [];
  for (let first = pool.first; first + subnetSize - 1 <= pool.last; first += subnetSize) {
    const last = first + subnetSize - 1;
    if (!occupied.some((range) => range.first <= last && range.last >= first)) free.push(first);
  }
  const chosen = free[randomInt(0, Math.max(1, free.length))];
  return chosen === undefined ? undefined : `${toAddress(chosen)}/${subnetBits}`;
}

/** An address of a subnet that is not taken; any of them, so that the former address of one instance is seldom another's next. */
export function chooseAddress(subnet: string, taken: ReadonlySet<string>): string | undefined {
  const range = parseSubnet(subnet);
  if (range === undefined) return undefined;
  const free: string[] = [];
  // Not the network's own address, nor the first, which is the gateway's, nor the last, which is everybody's.
  for (let value = range.first + 2; value < range.last; value++) {
    const address = toAddress(value);
    if (!taken.has(address)) free.push(address);
  }
  return free[randomInt(0, Math.max(1, free.length))];
}
