import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Role } from '../../platform/http/principal.ts';

export interface MembershipRow {
  id: string;
  name: string;
  role: Role;
  createdAt: Date;
}

/** The organizations of a user. */
export async function listMemberships(db: Db, userId: string, limit: number, after?: string): Promise<MembershipRow[]> {
  let query = db
    .selectFrom('members')
    .innerJoin('organizations', 'organizations.id', 'members.organizationId')
    .select(['organizations.id', 'organizations.name', 'members.role', 'organizations.createdAt'])
    .where('members.userId', '=', userId);
  if (after !== undefined) query = query.where('organizations.id', '>', after);
  const rows = await query.orderBy('organizations.id').limit(limit).execute();
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

/** The membership of a user in one organization. */
export async function findMembership(
  db: Db,
  userId: string,
  organizationId: string,
): Promise<MembershipRow | undefined> {
  const row = await db
    .selectFrom('members')
    .innerJoin('organizations', 'organizations.id', 'members.organizationId')
    .select(['organizations.id', 'organizations.name', 'members.role', 'organizations.createdAt'])
    .where('members.userId', '=', userId)
    .where('members.organizationId', '=', organizationId)
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, role: row.role as Role };
}

export async function insertOrganization(
  trx: Tx,
  organization: { id: string; name: string; foundedBy: string },
): Promise<Date> {
  const row = await trx
    .insertInto('organizations')
    .values(organization)
    .returning('createdAt')
    .executeTakeFirstOrThrow();
  return row.createdAt;
}

/** Until the transaction ends, no other one founds an organization for this user. */
export async function lockFounder(trx: Tx, userId: string): Promise<void> {
  await trx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute();
}

/** How many organizations that the user founded are there. */
export async function countFounded(trx: Tx, userId: string): Promise<number> {
  const row = await trx
    .selectFrom('organizations')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('foundedBy', '=', userId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Whether the organization is there. */
export async function updateOrganizationName(trx: Tx, id: string, name: string): Promise<boolean> {
  const row = await trx
    .updateTable('organizations')
    .set({ name })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether there is anything that its deletion would take along. */
export async function hasProjects(trx: Tx, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('projects')
    .select('id')
    .where('organizationId', '=', id)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** With its members, invitations, API tokens, runs and audit log. */
export async function deleteOrganization(trx: Tx, id: string): Promise<void> {
  await trx.deleteFrom('organizations').where('id', '=', id).execute();
}

/** Serializes what changes the set of owners, so that two owners cannot both be the last to go. */
export async function lockOrganization(trx: Tx, id: string): Promise<void> {
  await trx.selectFrom('organizations').select('id').where('id', '=', id).forUpdate().execute();
}

/** False when the user is a member already. */
export async function insertMember(
  trx: Tx,
  member: { organizationId: string; userId: string; role: Role },
): Promise<boolean> {
  const row = await trx
    .insertInto('members')
    .values(member)
    .onConflict((conflict) => conflict.doNothing())
    .returning('userId')
    .executeTakeFirst();
  return row !== undefined;
}

export interface MemberRow {
  userId: string;
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
}

function selectMembers(db: Db, organizationId: string) {
  return db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.userId')
    .select(['members.userId', 'users.email', 'users.name', 'members.role', 'members.createdAt'])
    .where('members.organizationId', '=', organizationId);
}

/** By user id, which is by the time the accounts were made. */
export async function listMembers(db: Db, organizationId: string, limit: number, after?: string): Promise<MemberRow[]> {
  let query = selectMembers(db, organizationId);
  if (after !== undefined) query = query.where('members.userId', '>', after);
  const rows = await query.orderBy('members.userId').limit(limit).execute();
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

export async function findMember(db: Db, organizationId: string, userId: string): Promise<MemberRow | undefined> {
  const row = await selectMembers(db, organizationId).where('members.userId', '=', userId).executeTakeFirst();
  return row === undefined ? undefined : { ...row, role: row.role as Role };
}

export async function isMemberByEmail(db: Db, organizationId: string, email: string): Promise<boolean> {
  const row = await selectMembers(db, organizationId).where('users.email', '=', email).executeTakeFirst();
  return row !== undefined;
}

export async function countOwners(db: Db, organizationId: string): Promise<number> {
  const row = await db
    .selectFrom('members')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organizationId', '=', organizationId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function updateMemberRole(trx: Tx, organizationId: string, userId: string, role: Role): Promise<void> {
  await trx
    .updateTable('members')
    .set({ role })
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .execute();
}

export async function deleteMember(trx: Tx, organizationId: string, userId: string): Promise<void> {
  await trx.deleteFrom('members').where('organizationId', '=', organizationId).where('userId', '=', userId).execute();
}
