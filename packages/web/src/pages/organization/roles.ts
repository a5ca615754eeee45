import { hasRole, type Role } from '../../data/use-session.ts';
import type { SelectOption } from '../../ui/select.tsx';

/** A role as a title, and what it may do. */
export const roleWords: Record<Role, { title: string; may: string }> = {
  owner: { title: 'Owner', may: 'Everything, also deleting the organization' },
  admin: { title: 'Admin', may: 'Manages members, tokens, settings and the audit log' },
  developer: { title: 'Developer', may: 'Makes, deploys and changes projects and services' },
  viewer: { title: 'Viewer', may: 'Sees everything but secrets, changes nothing' },
};

const fromTheTop: readonly Role[] = ['owner', 'admin', 'developer', 'viewer'];

/** The roles that somebody may grant: none above their own. */
export function grantableRoles(own: Role): readonly SelectOption<Role>[] {
  return fromTheTop
    .filter((role) => hasRole(own, role))
    .map((role) => ({ value: role, label: roleWords[role].title, description: roleWords[role].may }));
}
