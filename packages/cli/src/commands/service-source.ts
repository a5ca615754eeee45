import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { type Context, openService } from '../command-line/context.ts';
import { acting, davitCommand, type ServiceOptions, serviceOption } from '../command-line/davit-command.ts';
import { formatSettings } from '../settings/setting-words.ts';
import { readSourceCredential } from '../source/read-source-credential.ts';
import {
  checkSourceOptions,
  describeSource,
  namedSource,
  replaceSource,
  type SourceOptions,
  sourceOptions,
} from '../source/service-source.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

function formatSource({ source, hasSourceCredential }: Schemas['Service']): string {
  const credential = source.type === 'git' ? [['credential', hasSourceCredential ? 'stored' : 'none']] : [];
  return formatTable([...formatSettings(source), ...credential]);
}

async function source(context: Context, options: ServiceOptions & SourceOptions): Promise<void> {
  const { output } = context;
  const { rootFolder, gitToken, deployKey } = options;
  const named = namedSource(options);
  // Before anybody is asked for anything: two that exclude each other are wrong whatever the service is.
  if (named !== undefined) checkSourceOptions(named, options);
  const { connection, service } = await openService(context, options.service);
  if ([named, rootFolder, gitToken, deployKey].every((each) => each === undefined)) {
    output.result({ value: service.source, text: formatSource(service) });
    return;
  }
  const wanted = replaceSource(service.source, named ?? service.source, rootFolder);
  checkSourceOptions(wanted, options);
  const sourceCredential = await readSourceCredential(options, context);
  const changed = await unwrap(
    connection.api.PATCH('/v1/services/{id}', {
      params: { path: { id: service.id } },
      body: { source: wanted, ...(sourceCredential === undefined ? {} : { sourceCredential }) },
    }),
  );
  const text = `${service.name} is made of ${sanitizeLine(describeSource(changed.source))} now.`;
  output.result({ value: changed.source, text });
  if (changed.source.type === 'git' && service.hasSourceCredential && !changed.hasSourceCredential) {
    output.warn('the token or key of the former repository is forgotten; where this one is private, give one for it');
  }
  const again = options.service === undefined ? 'davit deploy' : `davit deploy -s ${options.service}`;
  output.note(output.noteStyle.dim(`It takes effect with the next deployment: \`${again}\`.`));
}

/** `davit service source` */
export function createServiceSourceCommand(): Command {
  const command = davitCommand({
    name: 'source',
    summary: 'show or change what a service is made of',
    description:
      'Shows what a service is made of, or gives it another image or repository. What is not named stays.\n' +
      'A folder takes the place of either by `davit up FOLDER --service NAME`.',
    examples: [
      ['davit service source', 'show it'],
      ['davit service source -s shop/cache --image ghcr.io/owner/app:1.5', 'another image'],
      ['davit service source --git https://example.com/me/api.git#next', 'another branch, or another repository'],
      ['davit service source --git-token - < token', 'a new token for the same repository'],
    ],
  }).addOption(serviceOption());
  return acting<ServiceOptions & SourceOptions>(sourceOptions(command), source);
}
