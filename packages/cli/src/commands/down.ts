import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { stopLocalPlatform } from '../local/stop-local-platform.ts';

/** By then what takes longer is most likely a service. */
const saysWhyAfterMs = 5_000;

/** Says what a long wait is for. */
async function explained<T>({ output }: Context, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    output.note(
      '  services are still ending: each has the time that its settings give it (stopGraceSeconds, ten minutes at most)',
    );
  }, saysWhyAfterMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

async function down(context: Context): Promise<void> {
  const { environment, output } = context;
  output.note('→ stopping davit and what it runs');
  const stopped = await explained(context, stopLocalPlatform(environment));
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
