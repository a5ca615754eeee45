import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

// Layout: format (1 byte) · key version (4, big endian) · nonce (12) · ciphertext · tag (16).
const FORMAT = 1;
const HEADER_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * What is authenticated besides the content: the header, and where the value belongs. Each part is preceded by its length,
 * so that no two places give the same bytes ("ab","c" and "a","bc").
 */
function authenticatedData(header: Uint8Array, place: readonly string[]): Buffer {
  const parts = place.map((part) => Buffer.from(part, 'utf8'));
  const prefixed = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return Buffer.concat([header, ...prefixed]);
}

/**
 * Encrypts with AES-256-GCM under a random 96-bit nonce and a 128-bit tag (NIST SP 800-38D, which allows 2^32 messages a
 * key with random nonces). `place` must be given again to open it.
 */
export function sealBytes(
  key: Uint8Array,
  keyVersion: number,
  place: readonly string[],
  plaintext: Uint8Array,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(FORMAT);
  header.writeUInt32BE(keyVersion, 1);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticatedData(header, place));
  return Buffer.concat([header, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The version of the key that `sealed` needs; undefined when it has no format that this code knows. */
export function findKeyVersion(sealed: Buffer): number | undefined {
  const known = sealed.length >= HEADER_BYTES + NONCE_BYTES + TAG_BYTES && sealed.readUInt8() === FORMAT;
  return known ? sealed.readUInt32BE(1) : undefined;
}

/** The plaintext; undefined when the key, the place or a single bit is another than when it was sealed. */
export function openBytes(key: Uint8Array, place: readonly string[], sealed: Buffer): Buffer | undefined {
  if (findKeyVersion(sealed) === undefined) return undefined;
  const header = sealed.subarray(0, HEADER_BYTES);
  const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticatedData(header, place));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
