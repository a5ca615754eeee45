import { hash, type Options, verify } from '@node-rs/argon2';

/**
 * Argon2id with 19 MiB, two passes and one lane: the first choice of the OWASP Password Storage Cheat Sheet
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id), version 1.3 of RFC 9106.
 * The parameters are stored with each hash, so that they can be raised later. Argon2id is the package's default.
 */
const options: Options = {
  memoryCost: 19 * 1024,
  timeCost: 2,
  parallelism: 1,
};

/** The hash of a password, as a PHC string with its parameters and salt. Runs off the event loop. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, options);
}

/** Whether the hash is that of this password. Runs off the event loop. */
export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password);
}
