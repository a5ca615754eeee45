import { createId } from '../../kernel/id.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { Actor } from './actor.ts';
import type { AuditLog } from './audit-log.ts';
import type { Organization } from './organization.ts';
import { organizationErrors } from './organization-errors.ts';
import {
  findMembership,
  insertMember,
  insertOrganization,
  listMemberships,
  type MembershipRow,
  updateOrganizationName,
} from './organization-store.ts';

/** Another organization's id is answered as if it did not exist, also when the caller is a member there. */
export function requireOwnOrganization(principal: Principal, organizationId: string): void {
  if (principal.organizationId !== organizationId) throw organizationErrors.ORGANIZATION_NOT_FOUND();
}

/** A new organization with its first owner. */
export async function foundOrganization(
  trx: Tx,
  { name, ownerId }: { name: string; ownerId: string },
): Promise<MembershipRow> {
  const id = createId('org');
  const createdAt = await insertOrganization(trx, { id, name });
  await insertMember(trx, { organizationId: id, userId: ownerId, role: 'owner' });
  return { id, name, role: 'owner', createdAt };
}

export type OrganizationService = ReturnType<typeof createOrganizationService>;

export function createOrganizationService({ db, audit }: { db: Db; audit: AuditLog }) {
  const present = (row: MembershipRow, principal: Principal): Organization => ({
    ...row,
    // An API token's scope lowers the role in its organization.
    role: row.id === principal.organizationId ? principal.role : row.role,
    current: row.id === principal.organizationId,
  });

  async function get(principal: Principal, id: string): Promise<Organization> {
    requireOwnOrganization(principal, id);
    const row = await findMembership(db, principal.userId, id);
    if (row === undefined) throw organizationErrors.ORGANIZATION_NOT_FOUND();
    return present(row, principal);
  }

  return {
    get,

    /** Those of the user; an API token sees only its own. One more than `limit`. */
    async list(principal: Principal, limit: number, after: string | undefined): Promise<Organization[]> {
      if (principal.kind === 'api_token')
        return after === undefined ? [await get(principal, principal.organizationId)] : [];
      const rows = await listMemberships(db, principal.userId, limit + 1, after);
      return rows.map((row) => present(row, principal));
    },

    /** The caller becomes its owner, and goes on acting in the organization of before. */
    async create({ principal, address }: Actor, name: string): Promise<Organization> {
      return await db.transaction().execute(async (trx) => {
        const row = await foundOrganization(trx, { name, ownerId: principal.userId });
        await audit.record(trx, {
          principal: { ...principal, organizationId: row.id },
          action: 'organization.create',
          subject: row.id,
          result: 'done',
          details: { name },
          address,
        });
        return present(row, principal);
      });
    },

    async rename({ principal, address }: Actor, id: string, name: string): Promise<Organization> {
      requireOwnOrganization(principal, id);
      await db.transaction().execute(async (trx) => {
        if (!(await updateOrganizationName(trx, id, name))) throw organizationErrors.ORGANIZATION_NOT_FOUND();
        const details = { name };
        await audit.record(trx, {
          principal,
          action: 'organization.rename',
          subject: id,
          result: 'done',
          details,
          address,
        });
      });
      return await get(principal, id);
    },
  };
}
