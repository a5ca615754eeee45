import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { findResource } from '../infrastructure/find-resource.ts';
import { followUpdate, formatChanges } from '../infrastructure/follow-update.ts';
import { type FollowOptions, minutesOf, updateOptions } from '../infrastructure/update-options.ts';

interface ImportOptions extends FollowOptions {
  id?: string[];
  timeout?: string;
}

/** `ID`, or `NAME=ID` where several are meant. An id may hold `=` itself: then its name must be given. */
export function parseImportIds(given: readonly string[]): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    const [name, id] = at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 1)];
    if (id === '') throw wrongUsage(`"${text}" has no id.`);
    if (Object.hasOwn(ids, name))
      throw wrongUsage(name === '' ? 'Only one --id needs no name.' : `"${name}" has two ids.`);
    ids[name] = id;
  }
  if (given.length === 0) throw wrongUsage('Say what is there already, with --id ID or --id NAME=ID.');
  return ids;
}

async function importResource(context: Context, options: ImportOptions, wanted = ''): Promise<void> {
  const { output } = context;
  const ids = parseImportIds(options.id ?? []);
  const timeoutMinutes = minutesOf(options.timeout);
  const connection = await context.connect();
  const resource = await findResource(connection.api, wanted);
  const body = { ids, ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }) };
  const params = { path: { id: resource.id } };
  const update = await unwrap(connection.api.POST('/v1/cloud-resources/{id}/import', { params, body }));
  const { verbose, detach } = options;
  const ended = await followUpdate(connection, update, { output, verbose, detach });
  const name = `${resource.kind}/${resource.name}`;
  const text = detach ? `import of ${name}: ${ended.id}` : `import of ${name}: ${formatChanges(ended.changes)}`;
  output.result({ value: ended, text, quiet: ended.id });
}

/** `davit resource import` */
export function createResourceImportCommand(): Command {
  const command = davitCommand({
    name: 'import',
    summary: 'take what is there already into the stack of a cloud resource',
    description:
      'Takes what is there already into the stack of a cloud resource, changes nothing of it, and shows what a deployment would change.',
    examples: [
      ['davit resource import bucket --id my-bucket', 'where the kind makes one resource'],
      [
        'davit resource import shop --id files=my-bucket --id rows=my-table',
        'by the names that the program gives them',
      ],
    ],
  });
  return acting<ImportOptions>(
    updateOptions(command).option(
      '--id <id>',
      "the provider's id, or NAME=ID; may be given several times",
      (text: string, former: string[] | undefined) => [...(former ?? []), text],
    ),
    importResource,
  );
}
