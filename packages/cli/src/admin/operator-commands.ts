import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

async function list(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const { items } = await unwrap(api.GET('/v1/platform/operators'));
  const rows = items.map(({ email, name, since }) => [sanitizeLine(email), sanitizeLine(name), formatAge(since)]);
  output.result({ value: items, text: formatTable(rows), quiet: items.map(({ email }) => email).join('\n') });
}

async function add(context: Context, _options: CommonOptions, email = ''): Promise<void> {
  const { api } = await context.connect();
  const operator = await unwrap(api.POST('/v1/platform/operators', { body: { email } }));
  const text = `${sanitizeLine(operator.email)} operates this installation.`;
  context.output.result({ value: operator, text, quiet: operator.userId });
}

async function remove(context: Context, _options: CommonOptions, email = ''): Promise<void> {
  const { api } = await context.connect();
  const { items } = await unwrap(api.GET('/v1/platform/operators'));
  const operator = items.find((one) => one.email === email.trim().toLowerCase());
  if (operator === undefined)
    throw failed(`${sanitizeLine(email)} does not operate this installation.`, {
      hint: 'List the operators with `davit admin operators list`.',
    });
  const { userId } = operator;
  await unwrap(api.DELETE('/v1/platform/operators/{userId}', { params: { path: { userId } } }));
  const text = `${sanitizeLine(operator.email)} no longer operates this installation.`;
  context.output.result({ value: { userId, email: operator.email }, text, quiet: userId });
}

/** `davit admin operators` */
export function createOperatorsCommand(): Command {
  const email = (command: Command) => command.argument('<email>', 'of an account of this installation');
  return commandGroup(
    {
      name: 'operators',
      summary: 'say who operates the installation',
      description:
        'An operator may back up and examine the whole installation, with the data of all organizations. Whoever claimed it is the\nfirst; the last one cannot be removed.',
      examples: [
        ['davit admin operators list', 'who they are'],
        ['davit admin operators add anna@example.org', 'one more'],
      ],
    },
    [
      acting<CommonOptions>(
        davitCommand({
          name: 'list',
          summary: 'list the operators',
          examples: [['davit admin operators list', 'the first one first']],
        }),
        list,
      ),
      acting<CommonOptions>(
        email(
          davitCommand({
            name: 'add',
            summary: 'make somebody an operator',
            examples: [['davit admin operators add anna@example.org', 'who has an account already']],
          }),
        ),
        add,
      ),
      acting<CommonOptions>(
        email(
          davitCommand({
            name: 'remove',
            summary: 'make an operator an ordinary user again',
            examples: [['davit admin operators remove anna@example.org', 'the last one stays']],
          }),
        ),
        remove,
      ),
    ],
  );
}
