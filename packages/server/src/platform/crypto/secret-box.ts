import { createHmac, hkdfSync } from 'node:crypto';
import type { Db, Tx } from '../db/database.ts';
import { cryptoErrors } from './crypto-errors.ts';
import { createOrganizationKeys, type OrganizationKeyOptions } from './organization-keys.ts';
import { findKeyVersion, openBytes, sealBytes } from './sealed-bytes.ts';

/** Where a secret is stored. It opens nowhere else. */
export interface SecretPlace {
  organizationId: string;
  table: string;
  column: string;
  /** Primary key of the row. */
  rowId: string;
}

/** Encrypts secrets at rest, each organization's under a key of its own. */
export interface SecretBox {
  /** The bytes to store. The organization's first secret makes its key, in the same transaction. */
  seal(db: Db | Tx, place: SecretPlace, plaintext: string | Uint8Array): Promise<Buffer>;
  /**
   * What was sealed for this place.
   *
   * @throws AppError SECRET_UNREADABLE when it was changed, moved here from another place, or its key is gone
   */
  open(db: Db | Tx, place: SecretPlace, sealed: Buffer): Promise<Buffer>;
  /**
   * A keyed digest (HMAC-SHA256) of a secret, in hexadecimal digits: tells whether two secrets of an organization are equal without
   * opening either. Its key comes from the organization's first key, which is never removed, so that a rotation changes no digest.
   */
  digest(db: Db | Tx, organizationId: string, plaintext: string | Uint8Array): Promise<string>;
  /** Makes a new key for what is sealed from now on, and returns its version. What is sealed already still opens. */
  rotateOrganizationKey(organizationId: string): Promise<number>;
}

function partsOf(place: SecretPlace): string[] {
  return [place.table, place.column, place.rowId, place.organizationId];
}

/**
 * A box under this root key. Envelope encryption: the root key wraps a key for each organization (table
 * `organization_keys`), which encrypts the values.
 */
export function createSecretBox(options: OrganizationKeyOptions & { db: Db }): SecretBox {
  const keys = createOrganizationKeys(options);
  return {
    async seal(db, place, plaintext) {
      const { version, key } = await keys.current(db, place.organizationId);
      const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
      return sealBytes(key, version, partsOf(place), bytes);
    },
    async open(db, place, sealed) {
      const version = findKeyVersion(sealed);
      const key = version === undefined ? undefined : await keys.find(db, place.organizationId, version);
      const plaintext = key && openBytes(key, partsOf(place), sealed);
      if (!plaintext) throw cryptoErrors.SECRET_UNREADABLE({ details: { ...place } });
      return plaintext;
    },
    async digest(db, organizationId, plaintext) {
      const first = (await keys.find(db, organizationId, 1)) ?? (await keys.current(db, organizationId)).key;
      const key = new Uint8Array(hkdfSync('sha256', first, organizationId, 'davit digest of secrets', 32));
      return createHmac('sha256', key).update(plaintext).digest('hex');
    },
    rotateOrganizationKey: (organizationId) => keys.rotate(options.db, organizationId),
  };
}
