import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';

const variablesColumn = (organizationId: string, releaseId: string) => ({
  organizationId,
  table: 'releases',
  column: 'variables',
  rowId: releaseId,
});

/** Encrypts the variables of a release, as they are now. */
export async function sealVariables(
  secretBox: SecretBox,
  db: Db,
  organizationId: string,
  releaseId: string,
  variables: Record<string, string>,
): Promise<Buffer> {
  return await secretBox.seal(db, variablesColumn(organizationId, releaseId), JSON.stringify(variables));
}

/** The variables that a release was made with. */
export async function openVariables(
  secretBox: SecretBox,
  db: Db,
  release: { id: string; organizationId: string; variables: Buffer },
): Promise<Record<string, string>> {
  const text = await secretBox.open(db, variablesColumn(release.organizationId, release.id), release.variables);
  return JSON.parse(text.toString('utf8')) as Record<string, string>;
}

/** Digests of these releases' variables, by release and name. Those from before digests were kept are looked at once. */
export async function releaseDigests(
  secretBox: SecretBox,
  db: Db,
  organizationId: string,
  releaseIds: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  if (releaseIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'variableDigests'])
    .where('organizationId', '=', organizationId)
    .where('id', 'in', releaseIds)
    .execute();
  const found = new Map<string, Record<string, string>>();
  for (const { id, variableDigests } of rows) {
    const digests = (variableDigests ?? (await digestRelease(secretBox, db, organizationId, id))) as Record<
      string,
      string
    >;
    found.set(id, digests);
  }
  return found;
}

async function digestRelease(
  secretBox: SecretBox,
  db: Db,
  organizationId: string,
  id: string,
): Promise<Record<string, string>> {
  const release = await db
    .selectFrom('releases')
    .select(['id', 'organizationId', 'variables'])
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const values = await openVariables(secretBox, db, release);
  const digests: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) digests[name] = await secretBox.digest(db, organizationId, value);
  await db
    .updateTable('releases')
    .set({ variableDigests: JSON.stringify(digests) })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
  return digests;
}
