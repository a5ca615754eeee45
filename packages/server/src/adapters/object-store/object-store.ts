/** A file that is kept in a store. */
export interface StoredObject {
  name: string;
  bytes: number;
  modifiedAt: Date;
}

/** Keeps whole files by name, outside the database. Names are file names: letters, digits, `.`, `_` and `-`. */
export interface ObjectStore {
  /** Names the store to people; holds no secret. */
  readonly place: string;
  /** The file appears whole, in the place of one with the same name. */
  put(name: string, file: string, signal: AbortSignal): Promise<void>;
  /** Newest first. Files that are not named as objects are, are not davit's. */
  list(signal: AbortSignal): Promise<StoredObject[]>;
  /** Writes an object into a file of mode 0600. @throws AppError OBJECT_NOT_FOUND */
  fetch(name: string, file: string, signal: AbortSignal): Promise<void>;
  /** Clears away what a `put` has left that was killed, of the names that `isOwn` takes. Not for those that are being put. */
  removeUnfinished(isOwn: (name: string) => boolean, signal: AbortSignal): Promise<void>;
  /** Says nothing against one that is gone. */
  remove(name: string, signal: AbortSignal): Promise<void>;
}

/** Whether this can be the name of an object: nothing that leads out of a folder. */
export function isObjectName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name);
}

/** Newest first; of two of the same moment the one with the greater name. */
export function newestFirst(objects: readonly StoredObject[]): StoredObject[] {
  return objects.toSorted((a, b) => Number(b.modifiedAt) - Number(a.modifiedAt) || (a.name < b.name ? 1 : -1));
}
