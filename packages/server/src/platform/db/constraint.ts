import { DatabaseError } from 'pg';
import type { AppError } from '../../kernel/app-error.ts';

/** Does `work`; where the named constraint of the schema refuses it, throws what that means to the caller instead. */
export async function onViolation<T>(constraint: string, toError: () => AppError, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === constraint) throw toError();
    throw error;
  }
}
