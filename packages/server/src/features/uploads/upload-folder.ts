import { randomUUID } from 'node:crypto';
import { findSecretFile, readOrCreateSecretFile } from '../../platform/crypto/secret-file.ts';

// Beside the folder, in which there are archives alone. No secret, but made as one: whole, and once by however many servers.
const idFile = (folder: string) => `${folder}.id`;

/** Tells this folder of archives from those of other servers on the same database. */
export const ensureUploadFolderId = (folder: string): Promise<string> =>
  readOrCreateSecretFile(idFile(folder), randomUUID);

/** Undefined: nothing was ever uploaded here. */
export const findUploadFolderId = (folder: string): Promise<string | undefined> => findSecretFile(idFile(folder));
