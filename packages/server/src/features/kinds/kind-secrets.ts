import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { SourceCredential } from '../services/index.ts';
import { type KindModule, moduleSource } from './kind.ts';
import { findKindModule, type KindModuleRow } from './kind-store.ts';

const placeOf = (organizationId: string, kind: string) => ({
  organizationId,
  table: 'kind_modules',
  column: 'source_secret',
  rowId: kind,
});

const urlOf = (row: KindModuleRow): string => moduleSource.parse(row.source).url;

/** What private repositories of modules are read with: sealed, and written only. */
export function createModuleSecrets(secretBox: SecretBox) {
  return {
    /** What is to be stored. A credential belongs to the repository it was given for: a new URL must not receive it. */
    async next(
      trx: Tx,
      { organizationId, kind, module }: { organizationId: string; kind: string; module: KindModule },
    ): Promise<Buffer | null> {
      const { sourceCredential, url } = module;
      if (sourceCredential === null) return null;
      if (sourceCredential !== undefined) {
        return await secretBox.seal(trx, placeOf(organizationId, kind), JSON.stringify(sourceCredential));
      }
      const former = await findKindModule(trx, organizationId, kind);
      return former !== undefined && urlOf(former) === url ? former.sourceSecret : null;
    },

    /** Only for the URL that it was given for: a run may have read the kind before it was pointed elsewhere. */
    async open(
      db: Db,
      { organizationId, kind, url }: { organizationId: string; kind: string; url: string },
    ): Promise<SourceCredential | undefined> {
      const row = await findKindModule(db, organizationId, kind);
      if (row?.sourceSecret == null || urlOf(row) !== url) return undefined;
      const text = await secretBox.open(db, placeOf(organizationId, kind), row.sourceSecret);
      return JSON.parse(text.toString('utf8')) as SourceCredential;
    },
  };
}
