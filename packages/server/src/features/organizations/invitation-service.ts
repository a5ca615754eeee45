import type { Clock } from '../../kernel/clock.ts';
import { createId } from '../../kernel/id.ts';
import { createToken, hashToken } from '../../platform/crypto/token.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal, Role } from '../../platform/http/principal.ts';
import type { Actor } from './actor.ts';
import type { AuditLog } from './audit-log.ts';
import {
  insertInvitation,
  isInvitationOpen,
  listOpenInvitations,
  revokeInvitations,
  takeInvitation,
} from './invitation-store.ts';
import { requireOwnRole } from './member-service.ts';
import type { CreatedInvitation, Invitation } from './organization.ts';
import { organizationErrors } from './organization-errors.ts';
import { requireOwnOrganization } from './organization-service.ts';
import { findMembership, insertMember, isMemberByEmail, type MembershipRow } from './organization-store.ts';

const VALID_FOR_MS = 7 * 24 * 60 * 60_000;

export type InvitationService = ReturnType<typeof createInvitationService>;

/** Invitations to an organization: one open at a time for each address. */
export function createInvitationService({ db, audit, clock }: { db: Db; audit: AuditLog; clock: Clock }) {
  return {
    /** One more than `limit`. */
    async list(principal: Principal, organizationId: string, limit: number, before?: string): Promise<Invitation[]> {
      requireOwnOrganization(principal, organizationId);
      return await listOpenInvitations(db, organizationId, limit + 1, before);
    },

    /** Takes the place of an open one for the same address. The token is in the answer and nowhere else. */
    async create(
      { principal, address }: Actor,
      organizationId: string,
      { email, role }: { email: string; role: Role },
    ): Promise<CreatedInvitation> {
      requireOwnOrganization(principal, organizationId);
      requireOwnRole(principal, role);
      const { text, hash } = createToken('dvi');
      return await db.transaction().execute(async (trx) => {
        if (await isMemberByEmail(trx, organizationId, email)) throw organizationErrors.MEMBER_EXISTS();
        const replaced = await revokeInvitations(trx, organizationId, { email });
        // An admin cannot take an owner's invitation away either.
        for (const one of replaced) requireOwnRole(principal, one.role);
        const row = await insertInvitation(trx, {
          id: createId('inv'),
          organizationId,
          email,
          role,
          tokenHash: hash,
          invitedBy: principal.userId,
          expiresAt: new Date(clock.now().getTime() + VALID_FOR_MS),
        });
        const details = { email, role };
        await audit.record(trx, {
          principal,
          action: 'invitation.create',
          subject: row.id,
          result: 'done',
          details,
          address,
        });
        return { ...row, token: text };
      });
    },

    async revoke({ principal, address }: Actor, organizationId: string, id: string): Promise<void> {
      requireOwnOrganization(principal, organizationId);
      await db.transaction().execute(async (trx) => {
        const [revoked] = await revokeInvitations(trx, organizationId, { id });
        if (revoked === undefined) throw organizationErrors.INVITATION_NOT_FOUND();
        requireOwnRole(principal, revoked.role);
        await audit.record(trx, { principal, action: 'invitation.revoke', subject: id, result: 'done', address });
      });
    },

    /** Whether accept() would succeed now: asked before the costly part of a registration. */
    isOpen: (token: string, email: string): Promise<boolean> => isInvitationOpen(db, hashToken(token), email),

    /** Makes the user a member. Throws INVITATION_INVALID, MEMBER_EXISTS. */
    async accept(
      trx: Tx,
      { token, email, userId }: { token: string; email: string; userId: string },
    ): Promise<MembershipRow> {
      const taken = await takeInvitation(trx, hashToken(token), email);
      if (taken === undefined) throw organizationErrors.INVITATION_INVALID();
      const { organizationId, role } = taken;
      if (!(await insertMember(trx, { organizationId, userId, role }))) throw organizationErrors.MEMBER_EXISTS();
      const membership = await findMembership(trx, userId, organizationId);
      if (membership === undefined) throw organizationErrors.ORGANIZATION_NOT_FOUND();
      return membership;
    },
  };
}
