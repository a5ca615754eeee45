import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { Actor } from './actor.ts';
import type { AuditLog } from './audit-log.ts';
import { type FoundingLimit, foundOrganization } from './found-organization.ts';
import type { Organization } from './organization.ts';
import { organizationErrors } from './organization-errors.ts';
import {
  deleteOrganization,
  findMembership,
  hasProjects,
  listMemberships,
  lockOrganization,
  type MembershipRow,
  updateOrganizationName,
} from './organization-store.ts';

/** Another organization's id is answered as if it did not exist, also when the caller is a member there. */
export function requireOwnOrganization(principal: Principal, organizationId: string): void {
  if (principal.organizationId !== organizationId) throw organizationErrors.ORGANIZATION_NOT_FOUND();
}

export type OrganizationService = ReturnType<typeof createOrganizationService>;

export interface OrganizationServiceOptions {
  db: Db;
  audit: AuditLog;
  foundingLimit: FoundingLimit;
  /** Lets go of the sign-ins that act in it. In the transaction of the deletion. */
  onDelete: (trx: Tx, organizationId: string) => Promise<void>;
}

export function createOrganizationService({ db, audit, foundingLimit, onDelete }: OrganizationServiceOptions) {
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

    /** The caller becomes its owner, and goes on acting in the organization of before. Throws ORGANIZATION_LIMIT. */
    async create({ principal, address }: Actor, name: string): Promise<Organization> {
      return await db.transaction().execute(async (trx) => {
        const row = await foundOrganization(trx, { name, ownerId: principal.userId }, foundingLimit);
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

    /** For good, with its audit log. Throws ORGANIZATION_NOT_EMPTY, ORGANIZATION_LAST. */
    async delete({ principal, address }: Actor, id: string): Promise<void> {
      requireOwnOrganization(principal, id);
      await db.transaction().execute(async (trx) => {
        // Who makes a project at this moment waits here, or has made it.
        await lockOrganization(trx, id);
        if (await hasProjects(trx, id)) throw organizationErrors.ORGANIZATION_NOT_EMPTY();
        const memberships = await listMemberships(trx, principal.userId, 2);
        const mine = memberships.find((each) => each.id === id) ?? (await findMembership(trx, principal.userId, id));
        if (mine === undefined) throw organizationErrors.ORGANIZATION_NOT_FOUND();
        if (memberships.length < 2) throw organizationErrors.ORGANIZATION_LAST();
        await onDelete(trx, id);
        await deleteOrganization(trx, id);
        // Its own log is gone with it: this entry is the installation's.
        await audit.record(trx, {
          principal: null,
          action: 'organization.delete',
          subject: id,
          result: 'done',
          details: { name: mine.name, userId: principal.userId, address },
        });
      });
    },
  };
}
