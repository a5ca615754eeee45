import { createId } from '../../kernel/id.ts';
import type { Tx } from '../../platform/db/database.ts';
import { organizationErrors } from './organization-errors.ts';
import {
  countFounded,
  insertMember,
  insertOrganization,
  lockFounder,
  type MembershipRow,
} from './organization-store.ts';

/** Who may found how many. */
export interface FoundingLimit {
  /** ORGANIZATIONS_PER_ACCOUNT: each has a share of the places for runs, and nobody is to take all of them by having many. */
  readonly most: number;
  /** For whom there is no limit: operators. */
  isExempt(trx: Tx, userId: string): Promise<boolean>;
}

/**
 * A new organization with its first owner; every one is made here. Counted in this transaction, one of an account at a time.
 * @throws ORGANIZATION_LIMIT
 */
export async function foundOrganization(
  trx: Tx,
  { name, ownerId }: { name: string; ownerId: string },
  limit: FoundingLimit,
): Promise<MembershipRow> {
  await lockFounder(trx, ownerId);
  if ((await countFounded(trx, ownerId)) >= limit.most && !(await limit.isExempt(trx, ownerId))) {
    throw organizationErrors.ORGANIZATION_LIMIT({
      message: `One account may found ${limit.most} organizations here, and you have founded as many.`,
      details: { limit: limit.most },
    });
  }
  const id = createId('org');
  const createdAt = await insertOrganization(trx, { id, name, foundedBy: ownerId });
  await insertMember(trx, { organizationId: id, userId: ownerId, role: 'owner' });
  return { id, name, role: 'owner', createdAt };
}
