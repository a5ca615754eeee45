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
  /** Of the run that an API token was made for. */
  runId?: string | null | undefined;
  /** Of an API token; a user who signed in has none and is held back by the role alone. */
  scope?: ApiTokenScope | undefined;
}

/** Whether `role` is at least `needed`. */
export function hasRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

const scopeOfRole: Record<Role, ApiTokenScope> = {
  viewer: 'read',
  developer: 'deploy',
  admin: 'admin',
  owner: 'admin',
};
const roleOfScope: Record<ApiTokenScope, Role> = { read: 'viewer', deploy: 'developer', admin: 'owner' };

/** The scope that an API token needs for what asks for `role`. */
export function defaultScope(role: Role): ApiTokenScope {
  return scopeOfRole[role];
}

/** The role that is left when a member of `role` acts through a token of `scope`. */
export function lowerRole(role: Role, scope: ApiTokenScope): Role {
  const most = roleOfScope[scope];
  return hasRole(role, most) ? most : role;
}

/** Whether a token of `scope` may do what asks for `needed`. */
export function hasScope(scope: ApiTokenScope, needed: ApiTokenScope): boolean {
  return apiTokenScopes.indexOf(scope) >= apiTokenScopes.indexOf(needed);
}
