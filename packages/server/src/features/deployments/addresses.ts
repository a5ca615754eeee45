import type { ProxyAddress } from '../../adapters/proxy/proxy.ts';
import type { ServiceRow } from '../services/index.ts';

/** Every host name that leads to a service, as the database says now: none where it has no port. */
export type AddressesOf = (
  service: Pick<ServiceRow, 'id' | 'organizationId' | 'hostLabel'>,
) => Promise<readonly ProxyAddress[]>;
