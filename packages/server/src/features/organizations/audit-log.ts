import { sql } from 'kysely';
import { z } from 'zod';
import { createId } from '../../kernel/id.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { findRequestId } from '../../platform/http/request-context.ts';
import { timestamp } from '../../platform/http/timestamp.ts';

const results = ['done', 'refused', 'failed'] as const;

export const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    at: timestamp,
    actorKind: z.enum(['user', 'api_token', 'system', 'anonymous']),
    actorId: z.string().nullable().meta({ description: 'Id of the user or API token.' }),
    action: z.string(),
    subject: z.string().nullable(),
    result: z.enum(results),
    address: z.string().nullable(),
    requestId: z
      .string()
      .nullable()
      .meta({ description: "As in the answer's x-request-id and the server's log; null for davit itself." }),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.output<typeof auditEntrySchema>;

const filterText = z.string().min(1).max(300).optional();

/** Which entries of the log are asked for; all that is given must fit. */
export const auditFilter = z.strictObject({
  action: filterText.meta({
    description: 'Such as `member.remove`; with a dot at its end all that begin so: `member.`',
  }),
  subject: filterText.meta({ description: 'Id of what it was done to.' }),
  actor: filterText.meta({ description: 'Id of a user or API token.' }),
  address: filterText.meta({ description: 'IP address that it came from.' }),
  result: z.enum(results).optional().meta({ description: '`refused`: by a role, a scope or a limit.' }),
  since: timestamp.optional().meta({ description: 'RFC 3339, UTC; from then on.' }),
  until: timestamp.optional().meta({ description: 'RFC 3339, UTC; before then.' }),
});
export type AuditFilter = z.output<typeof auditFilter>;

/** What a feature tells the audit log. `details` must hold no secret. */
export interface AuditRecord {
  /** Null for davit itself and for callers who are not signed in. */
  principal: Principal | null;
  /** A noun and a verb: `member.remove`. See auditActionOf(). */
  action: string;
  subject?: string | null;
  result: AuditEntry['result'];
  details?: Readonly<Record<string, unknown>>;
  /** Of the caller; without a principal it tells an anonymous caller from davit itself. */
  address?: string | null;
  /** Where there is no principal: whose log it belongs to, if anybody's. */
  organizationId?: string | null;
}

export interface AuditLog {
  /** In a transaction: the entry stands exactly when the deed does. */
  record(trx: Tx, entry: AuditRecord): Promise<void>;
  /** For what changed no row, such as a refusal or a secret that was shown. */
  record(entry: AuditRecord): Promise<void>;
  /** Up to `limit` entries older than `before`, newest first. Null: those that are in no organization's log. */
  list(
    organizationId: string | null,
    limit: number,
    before: string | undefined,
    filter?: AuditFilter,
  ): Promise<AuditEntry[]>;
}

function actorOf({ principal, address }: AuditRecord): Pick<AuditEntry, 'actorKind' | 'actorId'> {
  if (principal === null)
    return { actorKind: address === undefined || address === null ? 'system' : 'anonymous', actorId: null };
  return { actorKind: principal.kind, actorId: principal.apiTokenId ?? principal.userId };
}

/** Who did what, kept for as long as the organization; what is in none's log, see removeOldPlatformAudit(). */
export function createAuditLog({ db }: { db: Db }): AuditLog {
  async function insert(into: Db, entry: AuditRecord): Promise<void> {
    const actor = actorOf(entry);
    await into
      .insertInto('auditLog')
      .values({
        id: createId('aud'),
        organizationId: entry.principal?.organizationId ?? entry.organizationId ?? null,
        ...actor,
        action: entry.action,
        subject: entry.subject ?? null,
        result: entry.result,
        address: entry.address ?? null,
        // Background work may have been begun by a request, and outlives it.
        requestId: actor.actorKind === 'system' ? null : (findRequestId() ?? null),
        details: JSON.stringify(entry.details ?? {}),
      })
      .execute();
  }

  return {
    async record(...given: [AuditRecord] | [Tx, AuditRecord]): Promise<void> {
      if (given.length === 2) await insert(given[0], given[1]);
      else await insert(db, given[0]);
    },
    async list(organizationId, limit, before, { action, subject, actor, address, result, since, until } = {}) {
      let query = db.selectFrom('auditLog').selectAll();
      query =
        organizationId === null
          ? query.where('organizationId', 'is', null)
          : query.where('organizationId', '=', organizationId);
      if (before !== undefined) query = query.where('id', '<', before);
      if (action?.endsWith('.')) query = query.where(sql<boolean>`starts_with(action, ${action})`);
      else if (action !== undefined) query = query.where('action', '=', action);
      if (subject !== undefined) query = query.where('subject', '=', subject);
      if (actor !== undefined) query = query.where('actorId', '=', actor);
      if (address !== undefined) query = query.where('address', '=', address);
      if (result !== undefined) query = query.where('result', '=', result);
      if (since !== undefined) query = query.where('at', '>=', since);
      if (until !== undefined) query = query.where('at', '<', until);
      const rows = await query.orderBy('id', 'desc').limit(limit).execute();
      return rows.map(({ organizationId: _mine, actorKind, result: ended, details, ...row }) => ({
        ...row,
        actorKind: actorKind as AuditEntry['actorKind'],
        result: ended as AuditEntry['result'],
        details: details as Record<string, unknown>,
      }));
    },
  };
}
