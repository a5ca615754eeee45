import { BlockList, isIPv6 } from 'node:net';

/** What is not the public Internet (https://www.iana.org/assignments/iana-ipv4-special-registry). Link-local holds the metadata services of clouds. */
const specialIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of 2000::/3, the only block that is routed: documentation, and what carries IPv4 addresses inside. */
const specialIpv6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [network, prefix] of specialIpv4) notPublic.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of specialIpv6) notPublic.addSubnet(network, prefix, 'ipv6');
const routedIpv6 = new BlockList();
routedIpv6.addSubnet('2000::', 3, 'ipv6');

/** Tells which addresses davit may call for somebody: the public ones, and those in networks that its operator allows. */
export interface AddressGuard {
  isPublic(address: string): boolean;
  isAllowed(address: string): boolean;
}

/** @param networks addresses, or networks such as `10.0.0.0/8` */
export function createAddressGuard(networks: readonly string[]): AddressGuard {
  const allowed = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    allowed.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  const family = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
  return {
    isPublic: (address) =>
      !notPublic.check(address, family(address)) && (!isIPv6(address) || routedIpv6.check(address, 'ipv6')),
    isAllowed: (address) => allowed.check(address, family(address)),
  };
}
