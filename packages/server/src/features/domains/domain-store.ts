import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Domains } from '../../platform/db/database.gen.d.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { OwnNames } from './domain-name.ts';

export type DomainRow = Selectable<Domains>;

/** With what people are shown beside the row itself. */
export type SeenDomainRow = DomainRow & { redirectTo: string | null; hostLabel: string | null; isBusy: boolean };

function seenDomains(db: Db, organizationId: string) {
  return db
    .selectFrom('domains')
    .innerJoin('services', 'services.id', 'domains.serviceId')
    .leftJoin('domains as redirect', 'redirect.id', 'domains.redirectToId')
    .selectAll('domains')
    .select((expression) => [
      'redirect.host as redirectTo',
      'services.hostLabel as hostLabel',
      expression
        .exists(
          expression
            .selectFrom('runs')
            .select('runs.id')
            .whereRef('runs.subject', '=', 'domains.id')
            .where('runs.state', 'in', ['queued', 'running']),
        )
        .$castTo<boolean>()
        .as('isBusy'),
    ])
    .where('domains.organizationId', '=', organizationId);
}

export async function findSeenDomain(db: Db, organizationId: string, id: string): Promise<SeenDomainRow | undefined> {
  return await seenDomains(db, organizationId).where('domains.id', '=', id).executeTakeFirst();
}

/** Oldest first. */
export async function listSeenDomains(
  db: Db,
  organizationId: string,
  serviceId: string,
  page: { limit: number; after: string | undefined },
): Promise<SeenDomainRow[]> {
  let query = seenDomains(db, organizationId).where('domains.serviceId', '=', serviceId);
  if (page.after !== undefined) query = query.where('domains.id', '>', page.after);
  return await query.orderBy('domains.id').limit(page.limit).execute();
}

export async function findDomain(db: Db, organizationId: string, id: string): Promise<DomainRow | undefined> {
  return await db
    .selectFrom('domains')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function findDomainForUpdate(tx: Tx, organizationId: string, id: string): Promise<DomainRow | undefined> {
  return await tx
    .selectFrom('domains')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** All of a service, few: see the limit in the service. */
export async function listDomainsOf(db: Db, organizationId: string, serviceId: string): Promise<DomainRow[]> {
  return await db
    .selectFrom('domains')
    .selectAll()
    .where('organizationId', '=', organizationId)
    .where('serviceId', '=', serviceId)
    .orderBy('id')
    .execute();
}

/** Over all organizations: whether somebody has shown that the name is theirs. */
export async function isHostVerified(db: Db, host: string): Promise<boolean> {
  const row = await db
    .selectFrom('domains')
    .select('id')
    .where('host', '=', host)
    .where('verifiedAt', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertDomain(db: Db, row: Insertable<Domains>): Promise<void> {
  await db.insertInto('domains').values(row).execute();
}

export async function updateDomain(
  db: Db,
  organizationId: string,
  id: string,
  changes: Updateable<Domains>,
): Promise<void> {
  await db
    .updateTable('domains')
    .set({ ...changes, updatedAt: new Date() })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function deleteDomain(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('domains')
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** Takes domains whose check is due, of all organizations: each for one server only, and not again for `forMs`. */
export async function takeDueDomains(
  tx: Tx,
  now: Date,
  forMs: number,
  limit: number,
): Promise<Pick<DomainRow, 'id' | 'organizationId'>[]> {
  const due = tx
    .selectFrom('domains')
    .select('id')
    .where('nextCheckAt', '<=', now)
    .orderBy('nextCheckAt')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  return await tx
    .updateTable('domains')
    .set({ nextCheckAt: new Date(now.getTime() + forMs) })
    .where('id', 'in', due)
    .returning(['id', 'organizationId'])
    .execute();
}

/** Which domains of the whole installation are in trouble, for the doctor: served ones, and those whose names are the platform's own. */
export async function listTroubledDomains(
  db: Db,
  before: Date,
  { baseDomain, panelHost }: OwnNames,
): Promise<Pick<DomainRow, 'host' | 'state' | 'verifiedAt' | 'certificateExpiresAt' | 'certificateFault'>[]> {
  return await db
    .selectFrom('domains')
    .select(['host', 'state', 'verifiedAt', 'certificateExpiresAt', 'certificateFault'])
    .where((where) => {
      const wrong = where.or([
        where('state', '=', 'failed'),
        where('certificateFault', 'is not', null),
        where('certificateExpiresAt', '<', before),
      ]);
      const names = panelHost === undefined ? [baseDomain] : [baseDomain, panelHost];
      // Not `like`: it has letters of its own.
      const below = sql<boolean>`right(host, length(${baseDomain}) + 1) = ${`.${baseDomain}`}`;
      return where.or([where.and([where('verifiedAt', 'is not', null), wrong]), where('host', 'in', names), below]);
    })
    .orderBy('host')
    .limit(100)
    .execute();
}

/** How many are served. */
export async function countServedDomains(db: Db): Promise<number> {
  const { served } = await db
    .selectFrom('domains')
    .select(sql<number>`count(*)::int`.as('served'))
    .where('verifiedAt', 'is not', null)
    .executeTakeFirstOrThrow();
  return served;
}
