export { createAccessTokens } from './access-token.ts';
export { createAccountService } from './account-service.ts';
export { createApiTokenService, revokeMemberAccess } from './api-token-service.ts';
export { registerAuthRoutes } from './auth-routes.ts';
export { createAuthService } from './auth-service.ts';
export { createAuthenticator } from './authenticator.ts';
export { createClaim } from './claim.ts';
export { createSessionService } from './session-service.ts';
export { moveSessionsAway } from './session-store.ts';
