import type { Command } from 'commander';
import type { CommonOptions } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { runAdminProgram } from '../local/run-admin-program.ts';

/** `davit admin rotate-keys` */
export function createRotateKeysCommand(): Command {
  const command = davitCommand({
    name: 'rotate-keys',
    summary: 'put a new root key in the place of the old one',
    description:
      'Makes a new root key and wraps the key of every organization by it, while davit runs. The old one stays beside it, for backups\nthat were made before. Cut off anywhere, the same command goes on where it was.',
    examples: [['davit admin rotate-keys', 'on the machine of davit']],
  });
  return acting<CommonOptions>(command, (context) => runAdminProgram(context, 'rotate-keys', {}));
}
