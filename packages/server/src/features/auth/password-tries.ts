import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../kernel/app-error.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { takeTry } from '../../platform/http/request-checks.ts';

const wrong = new Set(['CREDENTIALS_INVALID', 'PASSWORD_WRONG']);

const words = {
  message: 'Too many wrong passwords were tried for this account in a short time.',
  hint: 'Wait as long as the Retry-After header says, or sign in from where you did before. Where you are signed in already you stay so, and can change your password there; API tokens go on working too. An operator can give the account a new password: `davit admin reset-password`.',
};

/** What a try at the sign-in is counted for. */
export interface SignInTarget {
  /** Whether anybody has it or not, so that the answer does not tell. */
  email: string;
  /** Of the account, if there is one: a new password begins a new count. */
  passwordHash: string | undefined;
  /** Where the account was signed in to before, and the try comes from; undefined: from elsewhere. */
  knownPlace: string | undefined;
}

/**
 * Whom passwords are tried for at the sign-in. From a place where somebody signed in to the account they are counted apart: else any
 * stranger could keep them out. As a digest, since it is kept, and may be the address of somebody who has never been here.
 */
export function signInBucket({ email, passwordHash = '', knownPlace = '' }: SignInTarget): string {
  const target = JSON.stringify([email.toLowerCase(), passwordHash, knownPlace]);
  return `sign-in:${createHash('sha256').update(target).digest('base64url')}`;
}

/**
 * Whom passwords are tried for by somebody who is signed in. Not counted together with the sign-in: else any stranger could keep the
 * owner of an account from giving it another password.
 */
export const ownPasswordBucket = ({ userId }: Principal): string => `change:${userId}`;

/**
 * Does what a password is asked for, and counts it unless the password was right. Tries are taken first, so that many at once are
 * no more than one after the other.
 *
 * @throws AppError RATE_LIMITED before the password is looked at
 */
export async function countWrongPasswords<T>(reply: FastifyReply, bucket: string, act: () => Promise<T>): Promise<T> {
  const { passwordLimiter } = reply.server.httpContext;
  await takeTry(passwordLimiter, bucket, reply, words);
  let isWrong = false;
  try {
    return await act();
  } catch (error) {
    isWrong = error instanceof AppError && wrong.has(error.code);
    throw error;
  } finally {
    if (!isWrong) passwordLimiter.giveBack(bucket);
  }
}
