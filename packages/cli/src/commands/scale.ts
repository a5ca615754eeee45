import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { finishRun } from '../deploy/finish-run.ts';

interface Wanted {
  replicas?: number;
  processes?: Record<string, number>;
}

/** `3` and `web=3` are the main process, `NAME=2` another one of a Procfile. */
export function parseInstances(words: readonly string[]): Wanted {
  const wanted: Wanted = {};
  for (const word of words) {
    const [, name = 'web', count] = /^(?:([A-Za-z0-9_-]{1,40})=)?(\d{1,3})$/.exec(word) ?? [];
    if (count === undefined) {
      throw wrongUsage(`"${word}" is no number of instances.`, { hint: 'Write a number, or PROCESS=NUMBER.' });
    }
    if (name === 'web') wanted.replicas = Number(count);
    else wanted.processes = { ...wanted.processes, [name]: Number(count) };
  }
  return wanted;
}

async function scale(context: Context, options: ServiceOptions, ...words: string[]): Promise<void> {
  const { output } = context;
  const wanted = parseInstances(words);
  const { connection, service } = await openService(context, options.service);
  const { api } = connection;
  const params = { path: { id: service.id } };
  // The server replaces the set of processes as a whole.
  const body =
    wanted.processes === undefined
      ? wanted
      : { ...wanted, processes: { ...service.settings.processes, ...wanted.processes } };
  const { runId } = await unwrap(api.POST('/v1/services/{id}/scale', { params, body }));
  const run = await finishRun(connection, runId, output);
  output.result({ value: run, text: `${service.name} runs with ${words.join(', ')}.` });
}

/** `davit scale` */
export function createScaleCommand(): Command {
  const command = davitCommand({
    name: 'scale',
    summary: 'change how many instances run',
    examples: [
      ['davit scale 3', 'three instances of this service'],
      ['davit scale web=2 worker=4', 'of the processes of a Procfile'],
    ],
  })
    .argument('<instances...>', 'a number, or PROCESS=NUMBER')
    .addOption(serviceOption());
  return acting<ServiceOptions>(command, scale);
}
