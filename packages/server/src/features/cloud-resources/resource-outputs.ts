import { sql } from 'kysely';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import { findOutput } from './output-store.ts';

/** Outputs in the words of those who take them into variables: one id for each, `RESOURCE_ID/NAME`. */
export function createResourceOutputs({ secretBox }: { secretBox: SecretBox }) {
  return {
    /** Of two resources of one name, those of the environment's own count. */
    async list(db: Db, organizationId: string, environmentId: string) {
      const rows = await db
        .selectFrom('cloudResourceOutputs')
        .innerJoin('cloudResources', 'cloudResources.id', 'cloudResourceOutputs.cloudResourceId')
        .select(['cloudResources.id as resourceId', 'cloudResources.name as resource'])
        .select(['cloudResourceOutputs.name', 'cloudResourceOutputs.digest'])
        .where('cloudResources.organizationId', '=', organizationId)
        .where('cloudResources.deletedAt', 'is', null)
        .where(sql<boolean>`(environment_id is null or environment_id = ${environmentId})`)
        .orderBy(sql`environment_id nulls last`)
        .orderBy('cloudResources.id')
        .execute();
      const chosen = new Map<string, string>();
      for (const { resource, resourceId } of rows) if (!chosen.has(resource)) chosen.set(resource, resourceId);
      return rows
        .filter(({ resource, resourceId }) => chosen.get(resource) === resourceId)
        .map(({ resourceId, resource, name, digest }) => ({ id: `${resourceId}/${name}`, resource, name, digest }));
    },

    /** A text as it is, anything else as JSON. */
    async open(db: Db, organizationId: string, ids: readonly string[]) {
      const opened: { id: string; digest: string; text: string }[] = [];
      for (const id of ids) {
        const at = id.indexOf('/');
        const found = await findOutput(db, secretBox, { id: id.slice(0, at), organizationId }, id.slice(at + 1));
        if (found === undefined) continue;
        const { value, digest } = found;
        opened.push({ id, digest, text: typeof value === 'string' ? value : JSON.stringify(value) });
      }
      return opened;
    },
  };
}
