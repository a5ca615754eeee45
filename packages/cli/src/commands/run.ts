import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { unwrap } from '@davit/api';
import { type Command, Option } from 'commander';
import { failed, wrongUsage } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { runInRelease } from '../remote/run-in-release.ts';

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

interface RunOptions extends ServiceOptions {
  remote?: boolean;
  timeout?: number;
}

async function run(context: Context, options: RunOptions, ...argv: string[]): Promise<void> {
  const { connection, service } = await openService(context, options.service);
  if (options.remote === true) {
    const { output } = context;
    const asked = { serviceId: service.id, command: argv, timeoutMinutes: options.timeout, output };
    process.exitCode = await runInRelease(connection, asked);
    return;
  }
  if (options.timeout !== undefined) throw wrongUsage('--timeout is for commands that run with --remote.');
  const params = { path: { id: service.id } };
  const body = { resolved: true };
  const { values } = await unwrap(connection.api.POST('/v1/services/{id}/env/reveal', { params, body }));
  process.exitCode = await runProgram(argv, { ...context.environment.variables, ...values });
}

function parseMinutes(text: string): number {
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (minutes < 1 || minutes > 1440) throw wrongUsage(`"${text}" is no number of minutes from 1 to 1440.`);
  return minutes;
}

/** `davit run` */
export function createRunCommand(): Command {
  const command = davitCommand({
    name: 'run',
    summary: "run a command with the service's variables, here or where the service runs",
    description:
      'Runs a command on this machine with the variables of the service and those that its environment shares, references put in, and ends with its exit code.\nThe audit log records that they were read.\n\n' +
      'With --remote it runs where the service does, once, beside what serves: in a fresh container of the image of the active release, or among its files where that is a folder. It gets no input; what it prints comes line by line. Ctrl-C ends it.',
    examples: [
      ['davit run -- npm start', 'start the application as the service would'],
      ['davit run -s api -- sh -c \'echo "$DATABASE_URL"\'', 'a command that uses them itself'],
      ['davit run --remote -s api -- npm run migrate', 'in a fresh container of what serves'],
    ],
  })
    .argument('<command...>', 'the program and its arguments, after --')
    .addOption(serviceOption())
    .option('--remote', 'run it where the service runs')
    .addOption(
      new Option('--timeout <minutes>', 'with --remote: end it after so long (default: 60)').argParser(parseMinutes),
    )
    .passThroughOptions();
  return acting<RunOptions>(command, run);
}
