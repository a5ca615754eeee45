import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { finishRun } from '../deploy/finish-run.ts';

async function stop(context: Context, options: ServiceOptions): Promise<void> {
  const { output } = context;
  const { connection, service } = await openService(context, options.service);
  const params = { path: { id: service.id } };
  const { runId } = await unwrap(connection.api.POST('/v1/services/{id}/stop', { params }));
  const run = await finishRun(connection, runId, output);
  output.result({
    value: run,
    text: `${service.name} is stopped; \`davit restart\` or \`davit deploy\` start it again.`,
  });
}

/** `davit stop` */
export function createStopCommand(): Command {
  const command = davitCommand({
    name: 'stop',
    summary: 'stop a service',
    description: 'Stops the instances of a service. It stays stopped, also when davit starts again.',
    examples: [['davit stop -s api', 'stop api until it is restarted or deployed']],
  }).addOption(serviceOption());
  return acting<ServiceOptions>(command, stop);
}
