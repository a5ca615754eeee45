import type { Schemas } from '@davit/api';
import { notFound, wrongUsage } from '../command-line/cli-error.ts';
import type { Output } from '../terminal/output.ts';
import type { ConfigFile } from './config-file.ts';
import type { Connection } from './connection.ts';
import { findServiceById, getNamedService, listAllServices } from './find-service.ts';
import type { Link } from './link-file.ts';

export interface ServiceChoice {
  /** What `--service` said. */
  named: string | undefined;
  link: Link | undefined;
  config: ConfigFile;
  output: Output;
}

/**
 * The service that a command speaks of: the one that is named, that the folder is linked to, that was deployed last from here,
 * or the only one there is.
 *
 * @throws CliError with the choice when none of these tells
 */
export async function chooseService(
  { api, key }: Connection,
  { named, link, config, output }: ServiceChoice,
): Promise<Schemas['Service']> {
  if (named !== undefined) return await getNamedService(api, named);
  const linked = link === undefined ? undefined : await findServiceById(api, link.serviceId);
  if (linked !== undefined) return linked;
  if (link !== undefined) output.note(`The service that this folder is linked to (${link.service}) is gone.`);

  const lastId = (await config.read()).servers[key]?.lastServiceId;
  const last = lastId === undefined ? undefined : await findServiceById(api, lastId);
  if (last !== undefined) {
    output.note(output.noteStyle.dim(`(${last.name}, the service deployed last; choose another with --service)`));
    return last;
  }
  const all = await listAllServices(api);
  const [only] = all;
  if (only === undefined) throw notFound('There is no service yet.', { hint: 'Deploy a folder with `davit up`.' });
  if (all.length === 1) return only.service;
  throw wrongUsage('Which service? This folder is not linked to one.', {
    lines: all.map(({ project, service }) => `  ${project.name}/${service.name}`),
    hint: 'Name it with --service, or link the folder once with `davit link`.',
  });
}

/** Remembers what was deployed last from here. */
export async function rememberService(config: ConfigFile, key: string, serviceId: string): Promise<void> {
  await config.update(({ servers }) => {
    const account = (servers[key] ??= {});
    account.lastServiceId = serviceId;
  });
}
