import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A bearer token: `text` goes to its owner, only `hash` is stored. */
export interface Token {
  text: string;
  hash: string;
}

const TOKEN_BYTES = 32;

/** A new opaque token of 256 random bits. The prefix tells people and secret scanners what it is. */
export function createToken(prefix: string): Token {
  const text = `${prefix}_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { text, hash: hashToken(text) };
}

/** What is stored of a token. SHA-256 without salt or stretching is enough for 256 random bits, and can be looked up. */
export function hashToken(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether `text` is the token with this hash, in a time that does not tell how much of it is right. */
export function isToken(text: string, hash: string): boolean {
  const given = Buffer.from(hashToken(text));
  const stored = Buffer.from(hash);
  return given.length === stored.length && timingSafeEqual(given, stored);
}
