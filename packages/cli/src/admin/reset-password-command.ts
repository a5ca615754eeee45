import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { runAdminProgram } from '../local/run-admin-program.ts';

async function reset(context: Context, _options: CommonOptions, email = ''): Promise<void> {
  await runAdminProgram(context, 'reset-password', { email });
}

/** `davit admin reset-password` */
export function createResetPasswordCommand(): Command {
  const command = davitCommand({
    name: 'reset-password',
    summary: 'give an account a new password',
    description:
      'For who has forgotten a password, or is kept from signing in by the tries of somebody else. Makes a new password and says it\nonce, on this machine. All sessions of the account end; API tokens stay.',
    examples: [['davit admin reset-password anna@example.org', 'on the machine of davit']],
  }).argument('<email>', 'of an account of this installation');
  return acting<CommonOptions>(command, reset);
}
