import { randomBytes } from 'node:crypto';
import type { AdminContext, AdminResult } from './admin-context.ts';
import { withDatabase } from './admin-context.ts';
import { resetPassword } from './features/auth/index.ts';

/** 120 bits, which nobody needs to guess at, in 20 characters that can be typed. */
const PASSWORD_BYTES = 15;

/**
 * `davit admin reset-password EMAIL`: for who has forgotten a password, or is kept out by somebody else's tries. The new password is
 * davit's own, so that none is typed into a command line, and is said once.
 */
export async function giveNewPassword(context: AdminContext): Promise<AdminResult> {
  const email = (context.args['email'] ?? '').trim().toLowerCase();
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  return await withDatabase(context, async ({ db }) => {
    const done = await resetPassword(db, email, password);
    const lines = [
      `The password of ${done.email} is now: ${password}`,
      `${done.sessionsEnded} sessions were ended; API tokens go on working. Sign in with it, and choose another one on the page Account.`,
    ];
    return { value: { ...done, password }, text: lines.join('\n') };
  });
}
