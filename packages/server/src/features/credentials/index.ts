export { createExpiryWarnings } from './credential-expiry.ts';
export { type CredentialResolver, createCredentialResolver, type ResolvedCredential } from './credential-resolver.ts';
export { registerCredentialRoutes } from './credential-routes.ts';
export { registerCredentialRpc } from './credential-rpc.ts';
export { createCredentialService } from './credential-service.ts';
export type { ProviderName } from './providers.ts';
export { createRegistryAccess, registryVerdictSchema } from './registry-access.ts';
export { createRegistryCredentials } from './registry-credential.ts';
