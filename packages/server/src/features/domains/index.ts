export { createDomainCheck } from './domain-doctor.ts';
export type { OwnNames } from './domain-name.ts';
export { createServiceAddresses, type DomainNetwork } from './domain-network.ts';
export { registerDomainRoutes } from './domain-routes.ts';
export { createDomainCheckKind } from './domain-runs.ts';
export { createDomainService } from './domain-service.ts';
