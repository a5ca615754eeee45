import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { stopLocalPlatform } from '../local/stop-local-platform.ts';

async function down({ environment, output }: Context): Promise<void> {
  output.note('→ stopping davit and what it runs');
  const stopped = await stopLocalPlatform(environment);
  const instances = `${stopped.instances} ${stopped.instances === 1 ? 'instance' : 'instances'}`;
  const text =
    stopped.server || stopped.agent
      ? `davit is stopped (${instances}). Its data stays in ${environment.dataDir}; \`davit up\` or \`davit serve\` bring all of it back.`
      : 'davit was not running here.';
  output.result({ value: { ...stopped, dataDir: environment.dataDir }, text });
}

/** `davit down` */
export function createDownCommand(): Command {
  const command = davitCommand({
    name: 'down',
    summary: 'stop the davit of this machine and what it runs; data stays',
    description:
      'Stops the server of this machine, its database, and every service that it runs, containers too.\nAll data stays: what ran comes back with the next `davit up` or `davit serve`.',
    examples: [['davit down', 'stop everything of davit on this machine']],
  });
  return acting<CommonOptions>(command, down);
}
