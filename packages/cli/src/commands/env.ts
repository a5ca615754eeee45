import { readFile } from 'node:fs/promises';
import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand, serviceOption } from '../command-line/davit-command.ts';
import { deployAgain } from '../deploy/deploy-again.ts';
import { canAsk, readStandardInput, readStandardInputValue } from '../terminal/prompt.ts';
import { formatTable } from '../terminal/table.ts';
import { shownValue } from '../variables/shown-value.ts';
import { openVariables, type VariableOptions, type VariableSet } from '../variables/variable-set.ts';
import { createDiffCommand, createHistoryCommand } from './env-history.ts';

interface ChangeOptions extends VariableOptions {
  deploy?: boolean;
}

/** What a change ends with: it reaches the service with a deployment, which is asked for or suggested. */
async function afterChange(
  context: Context,
  set: VariableSet,
  options: ChangeOptions,
  change: { value: unknown; text: string; warnings?: readonly string[] },
): Promise<void> {
  const { output } = context;
  for (const warning of change.warnings ?? []) output.warn(warning);
  if (options.deploy) {
    output.note(change.text);
    await deployAgain(context, set.opened);
    return;
  }
  output.result(change);
  const who = set.isShared ? 'each service' : 'the service';
  output.note(output.noteStyle.dim(`It reaches ${who} with its next deployment: \`davit deploy\`.`));
}

async function list(context: Context, options: VariableOptions & { reveal?: boolean }): Promise<void> {
  const { output } = context;
  const { connection, id, path } = await openVariables(context, options);
  const params = { path: { id } };
  const answer = await unwrap(connection.api.GET(path, { params }));
  const names = answer.items.map(({ name }) => name);
  const reveal = () => unwrap(connection.api.POST(`${path}/reveal`, { params, body: { resolved: false } }));
  const values = options.reveal ? (await reveal()).values : undefined;
  const rows = names.map((name) => (values === undefined ? [name] : [name, shownValue(values[name] ?? '')]));
  output.result({
    value: values === undefined ? answer : { ...answer, values },
    text: names.length === 0 ? 'No variable is set.' : formatTable(rows),
    quiet: names.join('\n'),
  });
  if (answer.pendingDeployment) {
    output.note(output.noteStyle.yellow('Some changes have not reached the service yet: `davit deploy`.'));
  }
}

async function get(context: Context, options: VariableOptions, key = ''): Promise<void> {
  const { connection, id, path } = await openVariables(context, options);
  const params = { path: { id, key } };
  const answer = await unwrap(connection.api.POST(`${path}/{key}/reveal`, { params }));
  context.output.result({ value: answer, text: answer.value, quiet: answer.value });
}

/** `KEY=value`; `KEY=-` takes the value from stdin, of which there is one. */
async function readAssignments(words: readonly string[], fromFile: readonly string[]): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  const add = (word: string, value: string) => values.set(nameIn(word), value);
  for (const word of fromFile) add(word, await readFile(word.slice(word.indexOf('=') + 1), 'utf8'));
  const fromInput = words.filter((word) => word.endsWith('=-') && word.indexOf('=') === word.length - 2);
  if (fromInput.length > 1) throw wrongUsage('Only one value can be read from stdin.');
  for (const word of words) {
    add(word, fromInput.includes(word) ? await readStandardInputValue() : word.slice(word.indexOf('=') + 1));
  }
  if (values.size === 0) throw wrongUsage('Name a variable: KEY=value, KEY=- or --from-file KEY=PATH.');
  return values;
}

function nameIn(word: string): string {
  const name = word.slice(0, Math.max(0, word.indexOf('=')));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw wrongUsage(`"${word.split('=')[0]}" is no assignment to a variable.`, {
      hint: 'Write KEY=value; a name has letters, digits and _, and does not begin with a digit.',
    });
  }
  return name;
}

const warningsOf = (saved: readonly Schemas['SavedVariable'][]) => saved.flatMap(({ warnings }) => warnings);

async function setAll(
  { connection: { api }, id, path }: VariableSet,
  values: Iterable<[string, string]>,
): Promise<Schemas['SavedVariable'][]> {
  const set: Schemas['SavedVariable'][] = [];
  for (const [name, value] of values) {
    set.push(await unwrap(api.POST(path, { params: { path: { id } }, body: { name, value } })));
  }
  return set;
}

async function set(
  context: Context,
  options: ChangeOptions & { fromFile?: string[] },
  ...words: string[]
): Promise<void> {
  const values = await readAssignments(words, options.fromFile ?? []);
  // An option of a program can be read by all users of a machine, and shells keep it.
  if (canAsk() && [...values.keys()].some((name) => /SECRET|TOKEN|PASSWORD|PRIVATE|API_?KEY/i.test(name))) {
    const inWords = words.some((word) => !word.endsWith('=-'));
    if (inWords) context.output.warn('your shell may keep this secret in its history; `KEY=-` reads it from stdin');
  }
  const opened = await openVariables(context, options);
  const value = await setAll(opened, values);
  const text = `Set ${[...values.keys()].join(', ')}.`;
  await afterChange(context, opened, options, { value, text, warnings: warningsOf(value) });
}

async function unset(context: Context, options: ChangeOptions, ...names: string[]): Promise<void> {
  const opened = await openVariables(context, options);
  for (const key of names) {
    const params = { path: { id: opened.id, key } };
    await unwrap(opened.connection.api.DELETE(`${opened.path}/{key}`, { params }));
  }
  await afterChange(context, opened, options, { value: { removed: names }, text: `Removed ${names.join(', ')}.` });
}

async function importAll(
  context: Context,
  options: ChangeOptions & { replace?: boolean },
  file = '.env',
): Promise<void> {
  const dotenv = file === '-' ? await readStandardInput() : await readFile(file, 'utf8');
  const opened = await openVariables(context, options);
  const { connection, id, path, owner } = opened;
  if (options.replace) {
    const params = { path: { id } };
    const answer = await unwrap(connection.api.PUT(path, { params, body: { dotenv } }));
    const text = `${owner} has the ${answer.items.length} variables of ${file}, and no others.`;
    await afterChange(context, opened, options, { value: answer, text, warnings: answer.warnings });
    return;
  }
  const { parseDotenv } = await import('../variables/parse-dotenv.ts');
  const values = Object.entries(parseDotenv(dotenv, file));
  const value = await setAll(opened, values);
  const text = `Set ${value.length} variables from ${file}.`;
  await afterChange(context, opened, options, { value, text, warnings: warningsOf(value) });
}

const sharedOption = ['--shared', 'the variables that all services of the environment share'] as const;
const deployOption = ['--deploy', 'deploy the service at once'] as const;
const collect = (word: string, before: string[] = []): string[] => [...before, word];

/** `davit env` */
export function createEnvCommand(): Command {
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the names of the variables',
    examples: [
      ['davit env list', 'names only'],
      ['davit env list --reveal', 'with values; the audit log records it'],
    ],
  })
    .addOption(serviceOption())
    .option(...sharedOption)
    .option('--reveal', 'show the values too; recorded in the audit log');
  const setCommand = davitCommand({
    name: 'set',
    summary: 'set variables',
    examples: [
      ['davit env set LOG_LEVEL=debug WORKERS=4', 'two at once'],
      ['davit env set API_TOKEN=- < token.txt', 'a secret, from stdin'],
      ['davit env set --from-file CERT=cert.pem --deploy', 'the content of a file, and deploy it'],
    ],
  })
    .argument('[assignments...]', 'KEY=value, or KEY=- for a value from stdin')
    .addOption(serviceOption())
    .option(...sharedOption)
    .option('--from-file <KEY=path>', 'the value is what is in a file, byte for byte', collect)
    .option(...deployOption);
  const unsetCommand = davitCommand({
    name: 'unset',
    summary: 'remove variables',
    examples: [['davit env unset LOG_LEVEL', 'remove one']],
  })
    .argument('<names...>', 'their names')
    .addOption(serviceOption())
    .option(...sharedOption)
    .option(...deployOption);
  const importCommand = davitCommand({
    name: 'import',
    summary: 'set the variables of a dotenv file',
    examples: [
      ['davit env import .env.production', 'on top of those that are set'],
      ['davit env import --replace -', 'from stdin, in place of those that are set'],
    ],
  })
    .argument('[file]', 'a dotenv file; - is stdin', '.env')
    .addOption(serviceOption())
    .option(...sharedOption)
    .option('--replace', 'remove what is not in it')
    .option(...deployOption);
  const getCommand = davitCommand({
    name: 'get',
    summary: 'print one value',
    examples: [['davit env get DATABASE_URL', 'recorded in the audit log']],
  })
    .argument('<name>', 'its name')
    .addOption(serviceOption())
    .option(...sharedOption);
  return commandGroup(
    {
      name: 'env',
      summary: "see and change a service's variables",
      examples: [
        ['davit env set LOG_LEVEL=debug', 'set one; it reaches the service with its next deployment'],
        ['davit env set --shared REGION=eu', 'for all services of the environment'],
      ],
    },
    [
      acting(listCommand, list),
      acting(setCommand, set),
      acting(unsetCommand, unset),
      acting(importCommand, importAll),
      acting(getCommand, get),
      createHistoryCommand(),
      createDiffCommand(),
    ],
  );
}
