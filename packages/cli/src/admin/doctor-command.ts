import type { Command } from 'commander';
import type { CommonOptions } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { runAdminProgram } from '../local/run-admin-program.ts';

/** `davit admin doctor` */
export function createDoctorCommand(): Command {
  const command = davitCommand({
    name: 'doctor',
    summary: 'look at everything that davit needs, and say how to mend it',
    description:
      'Looks at the database, the runtime, the proxy, disks, clocks, DNS, certificates, the root key, tools and what was left behind,\non this machine, whether the server runs or not. Its exit code is 1 when something fails.',
    examples: [['davit admin doctor', 'each with ok, warn or fail']],
  });
  return acting<CommonOptions>(command, (context) => runAdminProgram(context, 'doctor', {}));
}
