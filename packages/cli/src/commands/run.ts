import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';

/** Runs a program in this terminal. @returns its exit code, 128 and more for a signal as shells have it */
async function runProgram(argv: readonly string[], env: Record<string, string | undefined>): Promise<number> {
  const [program = '', ...words] = argv;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(program, words, { env, stdio: 'inherit' });
  // A Ctrl-C reaches it by itself, being of the same terminal: it decides what that means.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.once('error', (error: NodeJS.ErrnoException) => {
    reject(error.code === 'ENOENT' ? failed(`There is no program "${program}".`) : error);
  });
  child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  return await promise;
}

async function run(context: Context, options: ServiceOptions, ...argv: string[]): Promise<void> {
  const { connection, service } = await openService(context, options.service);
  const params = { path: { id: service.id } };
  const body = { resolved: true };
  const { values } = await unwrap(connection.api.POST('/v1/services/{id}/env/reveal', { params, body }));
  process.exitCode = await runProgram(argv, { ...context.environment.variables, ...values });
}

/** `davit run` */
export function createRunCommand(): Command {
  const command = davitCommand({
    name: 'run',
    summary: "run a command here with the service's variables",
    description:
      'Runs a command on this machine with the variables of the service and those that its environment shares, references put in, and ends with its exit code.\nThe audit log records that they were read.',
    examples: [
      ['davit run -- npm start', 'start the application as the service would'],
      ['davit run -s api -- sh -c \'echo "$DATABASE_URL"\'', 'a command that uses them itself'],
    ],
  })
    .argument('<command...>', 'the program and its arguments, after --')
    .addOption(serviceOption())
    .passThroughOptions();
  return acting<ServiceOptions>(command, run);
}
