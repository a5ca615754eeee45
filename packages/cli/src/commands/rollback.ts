import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed, notFound } from '../command-line/cli-error.ts';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { followDeployment } from '../deploy/follow-deployment.ts';
import { reportDeployment } from '../deploy/report-deployment.ts';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

interface RollbackOptions extends ServiceOptions {
  list?: boolean;
  detach?: boolean;
}

async function rollback(context: Context, options: RollbackOptions, wanted?: string): Promise<void> {
  const { output } = context;
  const { connection, service } = await openService(context, options.service);
  const { api } = connection;
  const path = { id: service.id };
  const { items } = await unwrap(api.GET('/v1/services/{id}/rollback-candidates', { params: { path } }));
  if (options.list) {
    const rows = items.map(({ number, id, createdAt, commit }) => [
      `#${number}`,
      id,
      formatAge(createdAt),
      commit === null ? '' : sanitizeLine(`${commit.sha.slice(0, 8)} ${commit.message?.split('\n')[0] ?? ''}`),
    ]);
    const text = items.length === 0 ? 'There is nothing to go back to.' : formatTable(rows);
    output.result({ value: items, text, quiet: items.map(({ id }) => id).join('\n') });
    return;
  }
  const [latest] = items;
  if (latest === undefined) {
    throw failed(`${service.name} has no earlier release to go back to.`, { hint: 'See `davit rollback --list`.' });
  }
  const name = wanted?.replace(/^#/, '');
  const target = name === undefined ? latest : items.find(({ id, number }) => id === name || String(number) === name);
  if (target === undefined) {
    throw notFound(`Deployment ${name} cannot be gone back to.`, { hint: 'See `davit rollback --list`.' });
  }
  output.note(`→ back to deployment ${target.number}, ${formatAge(target.createdAt)}`);
  const deployment = await unwrap(
    api.POST('/v1/services/{id}/rollback/{deploymentId}', { params: { path: { ...path, deploymentId: target.id } } }),
  );
  const ended = await followDeployment(connection, deployment, { output, detach: options.detach });
  reportDeployment(output, service, ended);
}

/** `davit rollback` */
export function createRollbackCommand(): Command {
  const command = davitCommand({
    name: 'rollback',
    summary: 'bring an earlier release back',
    description:
      'Brings an earlier release back with the variables and settings that it had, without building it again.\nWithout a deployment: the one before.',
    examples: [
      ['davit rollback', 'the release before this one'],
      ['davit rollback 12', 'that of deployment 12'],
      ['davit rollback --list', 'what there is to go back to'],
    ],
  })
    .argument('[deployment]', 'number or id of a deployment')
    .addOption(serviceOption())
    .option('-l, --list', 'only show what there is to go back to')
    .option('-d, --detach', 'do not wait for it');
  return acting<RollbackOptions>(command, rollback);
}
