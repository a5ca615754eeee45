import type { ApiTokenScope } from '../../../data/use-api-tokens.ts';
import { hasRole, type Role } from '../../../data/use-session.ts';
import type { SelectOption } from '../../../ui/select.tsx';

/** What a program with a token of this scope may do, and which role one needs to hand that out. */
export const scopes: Record<ApiTokenScope, { title: string; may: string; role: Role }> = {
  read: { title: 'Read', may: 'Sees everything but secrets, changes nothing.', role: 'viewer' },
  deploy: { title: 'Deploy', may: 'Also makes, deploys and changes projects and services.', role: 'developer' },
  admin: { title: 'Admin', may: 'All that your own role allows, also members and tokens.', role: 'admin' },
};

/** The scopes that somebody may give to a token: none wider than their role. */
export function scopesOf(role: Role): readonly ApiTokenScope[] {
  return (['read', 'deploy', 'admin'] as const).filter((scope) => hasRole(role, scopes[scope].role));
}

/** How long a token lasts, in days. */
export const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'No end', description: 'Until somebody revokes it' },
] as const satisfies readonly SelectOption[];
export type Lifetime = (typeof lifetimes)[number]['value'];

/** When a token of this lifetime that is made now ends; undefined for never. */
export function expiryOf(lifetime: Lifetime, now: number): string | undefined {
  return lifetime === 'never' ? undefined : new Date(now + Number(lifetime) * 86_400_000).toISOString();
}
