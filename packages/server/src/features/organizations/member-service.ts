import type { Db, Tx } from '../../platform/db/database.ts';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { hasRole, type Principal, type Role } from '../../platform/http/principal.ts';
import type { Actor } from './actor.ts';
import type { AuditLog } from './audit-log.ts';
import type { Member } from './organization.ts';
import { organizationErrors } from './organization-errors.ts';
import { requireOwnOrganization } from './organization-service.ts';
import {
  countOwners,
  deleteMember,
  findMember,
  listMembers,
  lockOrganization,
  type MemberRow,
  updateMemberRole,
} from './organization-store.ts';

export interface MemberServiceOptions {
  db: Db;
  audit: AuditLog;
  /** Takes away what a member could still get in with. In the transaction of the removal. */
  onMemberRemoved: (trx: Tx, removed: { organizationId: string; userId: string }) => Promise<void>;
}

export type MemberService = ReturnType<typeof createMemberService>;

/** Throws ROLE_ABOVE_OWN unless the caller's role is at least `role`. */
export function requireOwnRole(principal: Principal, role: Role): void {
  if (!hasRole(principal.role, role)) throw organizationErrors.ROLE_ABOVE_OWN();
}

/** Members of an organization and their roles. Nobody touches a role above their own, and one owner always remains. */
export function createMemberService({ db, audit, onMemberRemoved }: MemberServiceOptions) {
  async function getLocked(trx: Tx, organizationId: string, userId: string): Promise<MemberRow> {
    await lockOrganization(trx, organizationId);
    const member = await findMember(trx, organizationId, userId);
    if (member === undefined) throw organizationErrors.MEMBER_NOT_FOUND();
    return member;
  }

  async function keepAnOwner(trx: Tx, organizationId: string, member: MemberRow): Promise<void> {
    if (member.role !== 'owner') return;
    if ((await countOwners(trx, organizationId)) === 1) throw organizationErrors.MEMBER_LAST_OWNER();
  }

  return {
    /** One more than `limit`. */
    async list(principal: Principal, organizationId: string, limit: number, after?: string): Promise<Member[]> {
      requireOwnOrganization(principal, organizationId);
      return await listMembers(db, organizationId, limit + 1, after);
    },

    async changeRole(actor: Actor, organizationId: string, userId: string, role: Role): Promise<Member> {
      const { principal, address } = actor;
      requireOwnOrganization(principal, organizationId);
      return await db.transaction().execute(async (trx) => {
        const member = await getLocked(trx, organizationId, userId);
        requireOwnRole(principal, role);
        requireOwnRole(principal, member.role);
        if (role !== 'owner') await keepAnOwner(trx, organizationId, member);
        await updateMemberRole(trx, organizationId, userId, role);
        await audit.record(trx, {
          principal,
          action: 'member.change_role',
          subject: userId,
          result: 'done',
          details: { from: member.role, to: role },
          address,
        });
        return { ...member, role };
      });
    },

    /** Everybody may leave; to remove another one must be an admin. */
    async remove(actor: Actor, organizationId: string, userId: string): Promise<void> {
      const { principal, address } = actor;
      requireOwnOrganization(principal, organizationId);
      const leaves = userId === principal.userId;
      if (!leaves && !hasRole(principal.role, 'admin')) throw httpErrors.PERMISSION_DENIED();
      await db.transaction().execute(async (trx) => {
        const member = await getLocked(trx, organizationId, userId);
        if (!leaves) requireOwnRole(principal, member.role);
        await keepAnOwner(trx, organizationId, member);
        await deleteMember(trx, organizationId, userId);
        await onMemberRemoved(trx, { organizationId, userId });
        const details = { role: member.role, left: leaves };
        await audit.record(trx, {
          principal,
          action: 'member.remove',
          subject: userId,
          result: 'done',
          details,
          address,
        });
      });
    },
  };
}
