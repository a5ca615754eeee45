import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

async function registry(context: Context, { test }: CommonOptions & { test?: boolean }): Promise<void> {
  const { api } = await context.connect();
  const found = await unwrap(api.GET('/v1/platform/registry'));
  if (test !== true) {
    const by = found.username === null ? 'without signing in' : `as ${sanitizeLine(found.username)}`;
    const text =
      found.place === null
        ? 'Images are pushed to no registry (REGISTRY_URL): they stay in the container engine.'
        : `Images are pushed to ${found.place}, ${by}.`;
    return context.output.result({ value: found, text, quiet: found.place ?? '' });
  }
  const verdict = await unwrap(api.POST('/v1/platform/registry/test'));
  if (!verdict.ok) throw failed(sanitizeLine(verdict.detail), { hint: verdict.mend ?? undefined });
  context.output.result({ value: verdict, text: sanitizeLine(verdict.detail) });
}

/** `davit admin registry` */
export function createRegistryCommand(): Command {
  const command = davitCommand({
    name: 'registry',
    summary: 'say where images are pushed to, and try it',
    description:
      'The registry of REGISTRY_URL. Registries that images are only fetched from are credentials: `davit credential test-registry`.',
    examples: [['davit admin registry --test', 'ends with 1, and the cause, when images cannot be pushed']],
  }).option('--test', 'try to push; nothing stays there');
  return acting<CommonOptions & { test?: boolean }>(command, registry);
}
