/** Roles in an organization, weakest first: each may do all that the ones before it may. */
export const roles = ['viewer', 'developer', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** Scopes of an API token. `read` acts as a viewer, `deploy` as a developer at most, `admin` as its owner. */
export const apiTokenScopes = ['read', 'deploy', 'admin'] as const;
export type ApiTokenScope = (typeof apiTokenScopes)[number];

/** Who is asking, in which organization. Every query of a tenant's rows is bound to `organizationId`. */
export interface Principal {
  kind: 'user' | 'api_token';
  userId: string;
  organizationId: string;
  /** What the caller may do here: the member's role, lowered by the token's scope. */
  role: Role;
  sessionId: string | null;
  apiTokenId: string | null;
}

/** Whether `role` is at least `needed`. */
export function hasRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
