import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { finishRun } from '../deploy/finish-run.ts';

async function restart(context: Context, options: ServiceOptions): Promise<void> {
  const { output } = context;
  const { connection, service } = await openService(context, options.service);
  const params = { path: { id: service.id } };
  const { runId } = await unwrap(connection.api.POST('/v1/services/{id}/restart', { params }));
  const run = await finishRun(connection, runId, output);
  output.result({ value: run, text: `${service.name} was started anew.` });
}

/** `davit restart` */
export function createRestartCommand(): Command {
  const command = davitCommand({
    name: 'restart',
    summary: 'start a service anew without a gap',
    description: 'Starts new instances of a service, then stops the old ones; also starts a stopped service.',
    examples: [['davit restart -s api', 'start api anew']],
  }).addOption(serviceOption());
  return acting<ServiceOptions>(command, restart);
}
