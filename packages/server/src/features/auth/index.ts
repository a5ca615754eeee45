export { type AccessTokens, createAccessTokens } from './access-token.ts';
export { type ApiTokenService, createApiTokenService, revokeMemberAccess } from './api-token-service.ts';
export { authErrors } from './auth-errors.ts';
export { registerAuthRoutes } from './auth-routes.ts';
export { type AuthService, createAuthService } from './auth-service.ts';
export { createAuthenticator } from './authenticator.ts';
export { type Claim, createClaim, findClaimToken } from './claim.ts';
export { createSessionService, type SessionService } from './session-service.ts';
