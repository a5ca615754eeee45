import type { SecretBox, SecretPlace } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { CredentialFields, Provider } from './provider.ts';

/** As they are stored. */
export interface SealedFields {
  /** JSON. */
  publicFields: string;
  sealedFields: Buffer;
  secretNames: string[];
}

interface StoredFields {
  organizationId: string;
  id: string;
  publicFields: unknown;
  sealedFields: Buffer;
}

const currentPlace = (organizationId: string, id: string): SecretPlace => ({
  organizationId,
  table: 'credentials',
  column: 'sealed_fields',
  rowId: id,
});

const formerPlace = (organizationId: string, id: string): SecretPlace => ({
  ...currentPlace(organizationId, id),
  table: 'former_credentials',
});

/** Takes the fields of a provider apart into what is shown and what is sealed, and puts them together again. */
export function createCredentialSecrets(secretBox: SecretBox) {
  async function openAt(db: Db, place: SecretPlace, stored: StoredFields): Promise<CredentialFields> {
    const secret = JSON.parse(
      (await secretBox.open(db, place, stored.sealedFields)).toString('utf8'),
    ) as CredentialFields;
    return { ...(stored.publicFields as CredentialFields), ...secret };
  }

  async function sealAt(
    db: Db,
    place: SecretPlace,
    provider: Provider,
    fields: CredentialFields,
  ): Promise<SealedFields> {
    const entries = Object.entries(fields);
    const isSecret = ([name]: [string, string]) => provider.secrets.includes(name);
    const secret = entries.filter(isSecret);
    return {
      publicFields: JSON.stringify(Object.fromEntries(entries.filter((entry) => !isSecret(entry)))),
      sealedFields: await secretBox.seal(db, place, JSON.stringify(Object.fromEntries(secret))),
      secretNames: secret.map(([name]) => name),
    };
  }

  return {
    seal: (db: Db, organizationId: string, id: string, provider: Provider, fields: CredentialFields) =>
      sealAt(db, currentPlace(organizationId, id), provider, fields),
    sealFormer: (db: Db, organizationId: string, id: string, provider: Provider, fields: CredentialFields) =>
      sealAt(db, formerPlace(organizationId, id), provider, fields),
    open: (db: Db, stored: StoredFields) => openAt(db, currentPlace(stored.organizationId, stored.id), stored),
    openFormer: (db: Db, stored: StoredFields) => openAt(db, formerPlace(stored.organizationId, stored.id), stored),
  };
}

/** A provider's words without the secrets that it may repeat, on one line and not too long. */
export function maskWords(words: string, provider: Provider, fields: CredentialFields): string {
  const secrets = provider.secrets.flatMap((name) => fields[name] ?? []).filter((secret) => secret.length > 0);
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), words);
  return masked
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
