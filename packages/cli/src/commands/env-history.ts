import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { acting, davitCommand, serviceOption } from '../command-line/davit-command.ts';
import { formatAge } from '../terminal/duration.ts';
import { formatTable } from '../terminal/table.ts';
import { getEnvironment, openVariables, type VariableOptions } from '../variables/variable-set.ts';

const sharedOption = ['--shared', 'the variables that all services of the environment share'] as const;

async function history(context: Context, options: VariableOptions & { restore?: string }): Promise<void> {
  const { output } = context;
  const { connection, id, path } = await openVariables(context, options);
  if (options.restore !== undefined) {
    const place = { path: { id, changeId: options.restore } };
    const answer = await unwrap(connection.api.POST(`${path}/history/{changeId}/restore`, { params: place }));
    for (const warning of answer.warnings) output.warn(warning);
    const said = answer.change === null ? 'has that value already' : `is as it was before (${answer.change})`;
    output.result({ value: answer, text: `${answer.name} ${said}.` });
    return;
  }
  const params = { path: { id }, query: { limit: 50 } };
  const answer = await unwrap(connection.api.GET(`${path}/history`, { params }));
  const rows = answer.items.map((entry) => [formatAge(entry.at), entry.change, entry.name, entry.id]);
  output.result({
    value: answer,
    text: rows.length === 0 ? 'No variable was ever changed.' : formatTable(rows),
    quiet: answer.items.map((entry) => entry.id).join('\n'),
  });
}

const signs = { created: '+', updated: '~', deleted: '-' } as const;
const states = { same: ' ', different: '~', 'only-here': '+', 'only-there': '-' } as const;

async function diffEnvironments(context: Context, options: VariableOptions, named: string): Promise<void> {
  const { connection, id, path, opened } = await openVariables(context, options);
  const environment = await getEnvironment(connection, opened.service, named);
  const params = { path: { id }, query: { environmentId: environment.id } };
  const answer = await unwrap(connection.api.GET(`${path}/compare`, { params }));
  const different = answer.items.filter(({ state }) => state !== 'same');
  const rows = different.map(({ name, state }) => [states[state], name, state]);
  context.output.result({
    value: answer,
    text: rows.length === 0 ? `The same as in ${environment.name}.` : formatTable(rows),
    quiet: different.map(({ name }) => name).join('\n'),
  });
}

async function diff(context: Context, options: VariableOptions & { environment?: string }): Promise<void> {
  const { output } = context;
  if (options.environment !== undefined) return await diffEnvironments(context, options, options.environment);
  if (options.shared)
    throw wrongUsage('--shared needs --environment: shared variables are deployed with each service.');
  const { connection, id } = await openVariables(context, options);
  const answer = await unwrap(connection.api.GET('/v1/services/{id}/changes', { params: { path: { id } } }));
  const rows = [
    ...answer.variables.map(({ name, change }) => [signs[change], name, change]),
    ...answer.settings.map(({ path, from, to }) => ['~', path, `${JSON.stringify(from)} → ${JSON.stringify(to)}`]),
    ...(answer.source ? [['~', 'source', 'changed']] : []),
  ];
  output.result({
    value: answer,
    text: rows.length === 0 ? 'A deployment would change nothing that is known.' : formatTable(rows),
    quiet: answer.variables.map(({ name }) => name).join('\n'),
  });
}

/** `davit env history` */
export function createHistoryCommand(): Command {
  const command = davitCommand({
    name: 'history',
    summary: 'list the changes of variables, and take one back',
    examples: [
      ['davit env history', 'newest first, without values'],
      ['davit env history --restore vch_…', 'the value before that change'],
    ],
  })
    .addOption(serviceOption())
    .option(...sharedOption)
    .option('--restore <change>', 'give the variable the value that it had before this change');
  return acting(command, history);
}

/** `davit env diff` */
export function createDiffCommand(): Command {
  const command = davitCommand({
    name: 'diff',
    summary: 'compare with what is deployed, or with another environment',
    examples: [
      ['davit env diff', 'what a deployment now would change'],
      ['davit env diff --environment staging', 'the service of the same name there'],
    ],
  })
    .addOption(serviceOption())
    .option(...sharedOption)
    .option('--environment <environment>', 'name or id of the other environment');
  return acting(command, diff);
}
