import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { OutputView } from './cloud-resource.ts';

const place = (organizationId: string, cloudResourceId: string, name: string) => ({
  organizationId,
  table: 'cloud_resource_outputs',
  column: 'sealed',
  rowId: `${cloudResourceId}/${name}`,
});

/** Replaces all outputs of a resource. */
export async function replaceOutputs(
  trx: Tx,
  secretBox: SecretBox,
  resource: { id: string; organizationId: string },
  outputs: Readonly<Record<string, { value: unknown; secret: boolean }>>,
): Promise<void> {
  const { id, organizationId } = resource;
  await trx
    .deleteFrom('cloudResourceOutputs')
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', id)
    .execute();
  for (const [name, { value, secret }] of Object.entries(outputs)) {
    const json = JSON.stringify(value ?? null);
    const sealed = secret ? await secretBox.seal(trx, place(organizationId, id, name), json) : null;
    await trx
      .insertInto('cloudResourceOutputs')
      .values({
        cloudResourceId: id,
        organizationId,
        name,
        value: secret ? null : json,
        sealed,
        digest: await secretBox.digest(trx, organizationId, json),
      })
      .execute();
  }
}

/** By name; secret ones without their value. */
export async function listOutputs(db: Db, organizationId: string, cloudResourceId: string): Promise<OutputView[]> {
  const rows = await db
    .selectFrom('cloudResourceOutputs')
    .select(['name', 'value', 'updatedAt'])
    .select((expression) => expression('sealed', 'is not', null).as('secret'))
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', cloudResourceId)
    .orderBy('name')
    .execute();
  return rows.map(({ name, value, secret, updatedAt }) => ({ name, value, secret: Boolean(secret), updatedAt }));
}

/** The value of an output, opened where it is secret; undefined when there is none. */
export async function findOutput(
  db: Db,
  secretBox: SecretBox,
  resource: { id: string; organizationId: string },
  name: string,
): Promise<{ value: unknown; secret: boolean; digest: string } | undefined> {
  const { id, organizationId } = resource;
  const row = await db
    .selectFrom('cloudResourceOutputs')
    .select(['value', 'sealed', 'digest'])
    .where('organizationId', '=', organizationId)
    .where('cloudResourceId', '=', id)
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.sealed === null) return { value: row.value, secret: false, digest: row.digest };
  const opened = await secretBox.open(db, place(organizationId, id, name), row.sealed);
  return { value: JSON.parse(opened.toString('utf8')), secret: true, digest: row.digest };
}
