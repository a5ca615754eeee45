import type { Db, Tx } from '../db/database.ts';
import { findRootKeyId, rootKeyId } from './root-key.ts';

/** The root keys that this process knows: its own, and one that took its place while it ran. */
export interface RootKeys {
  /** Undefined when it is not to be found here. */
  find(id: string): Promise<Uint8Array | undefined>;
  /** The one that the database belongs to; the own one where that cannot be told. */
  current(db: Db | Tx): Promise<Uint8Array>;
}

/** `load` reads the keys that there are now; it is asked when one is met that nobody knows yet. */
export function createRootKeys(own: Uint8Array, load?: () => Promise<readonly Uint8Array[]>): RootKeys {
  const known = new Map([[rootKeyId(own), own]]);

  async function find(id: string): Promise<Uint8Array | undefined> {
    if (!known.has(id)) for (const key of (await load?.()) ?? []) known.set(rootKeyId(key), key);
    return known.get(id);
  }

  return {
    find,
    async current(db) {
      const id = await findRootKeyId(db);
      return (id === undefined ? undefined : await find(id)) ?? own;
    },
  };
}
