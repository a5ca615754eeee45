import type { AppError } from '../../kernel/app-error.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { projectErrors } from './project-errors.ts';

/** What is to be deleted; `environmentId` null: the whole project. */
export interface DeletionScope {
  readonly projectId: string;
  readonly environmentId: string | null;
}

const mostNamed = 5;

function environmentsIn(db: Db, organizationId: string, { projectId, environmentId }: DeletionScope) {
  let environments = db
    .selectFrom('environments')
    .select('id')
    .where('organizationId', '=', organizationId)
    .where('projectId', '=', projectId);
  if (environmentId !== null) environments = environments.where('id', '=', environmentId);
  return environments;
}

function refusal({ environmentId }: DeletionScope, names?: readonly string[]): AppError {
  const [what, toError] =
    environmentId === null
      ? ['project', projectErrors.PROJECT_HAS_RESOURCES]
      : ['environment', projectErrors.ENVIRONMENT_HAS_RESOURCES];
  if (names === undefined) return toError();
  const more = names.length > mostNamed ? ' and more' : '';
  const list = names.slice(0, mostNamed).join(', ');
  return toError({ message: `The ${what} still has cloud resources: ${list}${more}.` });
}

/**
 * What a cloud resource made lies outside of davit, so that neither it nor what it is in goes without being asked for.
 *
 * @throws AppError PROJECT_HAS_RESOURCES, ENVIRONMENT_HAS_RESOURCES
 */
export async function assertNoResources(db: Db, organizationId: string, scope: DeletionScope): Promise<void> {
  const rows = await db
    .selectFrom('cloudResources')
    .select(['kind', 'name'])
    .where('organizationId', '=', organizationId)
    .where('deletedAt', 'is', null)
    .where('environmentId', 'in', environmentsIn(db, organizationId, scope))
    .orderBy('id')
    .limit(mostNamed + 1)
    .execute();
  if (rows.length === 0) return;
  throw refusal(
    scope,
    rows.map(({ kind, name }) => `${kind}/${name}`),
  );
}

/**
 * Does `remove` where no cloud resource is in the way. Those that were deleted stay, with their updates, but in no environment.
 *
 * @throws AppError PROJECT_HAS_RESOURCES, ENVIRONMENT_HAS_RESOURCES
 */
export async function removeWithoutResources(
  trx: Tx,
  organizationId: string,
  scope: DeletionScope,
  remove: () => Promise<void>,
): Promise<void> {
  await assertNoResources(trx, organizationId, scope);
  await trx
    .updateTable('cloudResources')
    .set({ environmentId: null })
    .where('organizationId', '=', organizationId)
    .where('deletedAt', 'is not', null)
    .where('environmentId', 'in', environmentsIn(trx, organizationId, scope))
    .execute();
  // One may have come in between: then its foreign key keeps the environment.
  await onViolation('cloud_resources_environment_id_fkey', () => refusal(scope), remove);
}
