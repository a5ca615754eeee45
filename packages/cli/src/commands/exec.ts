import { type Schemas, unwrap } from '@davit/api';
import { type Command, Option } from 'commander';
import { notFound, wrongUsage } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { runInInstance } from '../remote/run-in-instance.ts';
import { sitBeforeTerminal } from '../remote/sit-before-terminal.ts';

type Instance = Schemas['Instance'];

interface ExecOptions extends ServiceOptions {
  instance?: string;
}

const nameOf = ({ process: name, ordinal }: Instance) => `${name}.${ordinal}`;

function chooseInstance(instances: readonly Instance[], named: string | undefined): Instance {
  const running = instances.filter(({ state }) => state === 'running');
  const found = named === undefined ? running[0] : instances.find((one) => one.id === named || nameOf(one) === named);
  if (found !== undefined) return found;
  if (named === undefined)
    throw notFound('No instance of the service runs.', {
      hint: 'See `davit ps` and `davit logs`; `davit run --remote -- COMMAND` needs none.',
    });
  throw notFound(`The service has no instance ${named}.`, {
    hint: `It has ${instances.map(nameOf).join(', ') || 'none'}; each deployment and restart makes new ones.`,
  });
}

async function exec(context: Context, options: ExecOptions, ...command: string[]): Promise<void> {
  const isShell = command.length === 0;
  const isAtTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (isShell && !isAtTerminal)
    throw wrongUsage('A shell needs a terminal.', { hint: 'Give a command: `davit exec -- COMMAND`.' });
  const { connection, service } = await openService(context, options.service);
  const params = { path: { id: service.id } };
  const { items } = await unwrap(connection.api.GET('/v1/services/{id}/instances', { params }));
  const instance = chooseInstance(items, options.instance);
  const target = { serviceId: service.id, instanceId: instance.id, ...(isShell ? {} : { command }) };
  if (!isAtTerminal) {
    process.exitCode = await runInInstance(connection, target);
    return;
  }
  if (isShell) context.output.note(`A shell in ${nameOf(instance)} of ${service.name}; \`exit\` leaves it.`);
  process.exitCode = await sitBeforeTerminal(connection, target);
}

/** `davit exec` */
export function createExecCommand(): Command {
  const command = davitCommand({
    name: 'exec',
    summary: 'open a shell or run a command in an instance that runs',
    description:
      'Opens a shell in an instance that serves, in this terminal: its files, processes, variables, user and limits. It ends with the instance, and after half an hour without a word.\nThe audit log records that it was opened, the program without its arguments, and how it ended.\n\n' +
      'With a command it runs that instead, as it is typed and without a shell, and ends with its exit code. At a terminal the command has one too, with one output for all; elsewhere it gets what is piped into davit, and its stdout and stderr stay apart. Ctrl-C then ends it.\n\n' +
      'What is to be done once beside the instances: `davit run --remote`.',
    examples: [
      ['davit exec', 'a shell in the first instance of this service'],
      ['davit exec -s api -i web.1', 'in its second one'],
      ['davit exec -s api -- node --version', 'a command'],
      ["davit exec -s api -- sh -c 'cat > /tmp/in' < in", 'what is piped goes to it'],
    ],
  })
    .argument('[command...]', 'a program and its arguments, after --; a shell without it')
    .addOption(serviceOption())
    .addOption(new Option('-i, --instance <instance>', 'its name as `davit ps` shows it, or its id'))
    .passThroughOptions();
  return acting<ExecOptions>(command, exec);
}
