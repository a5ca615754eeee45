import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Role } from '../../platform/http/principal.ts';

export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

const columns = ['id', 'email', 'role', 'invitedBy', 'createdAt', 'expiresAt'] as const;

function selectOpen(db: Db) {
  return db
    .selectFrom('invitations')
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`);
}

/** Neither accepted, revoked nor expired; newest first. */
export async function listOpenInvitations(
  db: Db,
  organizationId: string,
  limit: number,
  before?: string,
): Promise<InvitationRow[]> {
  let query = selectOpen(db).select(columns).where('organizationId', '=', organizationId);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

export async function insertInvitation(
  trx: Tx,
  invitation: {
    id: string;
    organizationId: string;
    email: string;
    role: Role;
    tokenHash: string;
    invitedBy: string;
    expiresAt: Date;
  },
): Promise<InvitationRow> {
  const row = await trx.insertInto('invitations').values(invitation).returning(columns).executeTakeFirstOrThrow();
  return { ...row, role: row.role as Role };
}

/** Revokes the open ones of this organization that match; says which. */
export async function revokeInvitations(
  trx: Tx,
  organizationId: string,
  match: { id: string } | { email: string },
): Promise<{ id: string; role: Role }[]> {
  const [column, value] = 'id' in match ? (['id', match.id] as const) : (['email', match.email] as const);
  const rows = await trx
    .updateTable('invitations')
    .set({ revokedAt: sql`now()` })
    .where('organizationId', '=', organizationId)
    .where(column, '=', value)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .returning(['id', 'role'])
    .execute();
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

/** Uses an open invitation up; undefined when there is none with this token for this address. */
export async function takeInvitation(
  trx: Tx,
  tokenHash: string,
  email: string,
): Promise<{ id: string; organizationId: string; role: Role } | undefined> {
  const row = await trx
    .updateTable('invitations')
    .set({ acceptedAt: sql`now()` })
    .where('tokenHash', '=', tokenHash)
    .where('email', '=', email)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .returning(['id', 'organizationId', 'role'])
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, role: row.role as Role };
}

/** Whether takeInvitation() would find one now. */
export async function isInvitationOpen(db: Db, tokenHash: string, email: string): Promise<boolean> {
  const row = await selectOpen(db)
    .select('id')
    .where('tokenHash', '=', tokenHash)
    .where('email', '=', email)
    .executeTakeFirst();
  return row !== undefined;
}
