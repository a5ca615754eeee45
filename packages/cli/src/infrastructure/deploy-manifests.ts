import { unwrap } from '@davit/api';
import type { Context } from '../command-line/context.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';
import { applyManifests, assertNoneWaits, type ManifestsOptions } from './apply-manifests.ts';
import { followGraph } from './follow-graph.ts';
import { formatChanges, type StackUpdate } from './follow-update.ts';

/** Outputs of a resource as a table; a secret one is only named. */
export function formatOutputs(outputs: readonly { name: string; secret: boolean; value?: unknown }[]): string {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return formatTable(
    outputs.map(({ name, secret, value }) => [name, secret ? '(secret)' : sanitizeLine(textOf(value) ?? '')]),
  );
}

/** Stores the manifests of a file or a folder and deploys them: at once what can be, and what needs outputs of others as soon as it has them. */
export async function deployManifests(context: Context, path: string, options: ManifestsOptions): Promise<void> {
  const { output } = context;
  const applied = await applyManifests(context, path, options, options.detach ? assertNoneWaits : undefined);
  const { nameOf, connection } = applied;
  const { api } = connection;
  const body = { clearPending: false };
  const begin = (id: string) => unwrap(api.POST('/v1/cloud-resources/{id}/deploy', { params: { path: { id } }, body }));
  const tellLeft = (names: string) => `Stored, and not deployed, since these come after: ${names}`;
  const ended: StackUpdate[] = [];
  for await (const { update } of followGraph(context, { ...applied, begin }, options, tellLeft))
    if (update !== null) ended.push(update);
  const deployed = await Promise.all(
    ended.map(async (update) => {
      const params = { path: { id: update.cloudResourceId } };
      const { outputs } = await unwrap(api.GET('/v1/cloud-resources/{id}', { params }));
      return { update, outputs };
    }),
  );
  const text = deployed.map(({ update, outputs }) => {
    const end = options.detach ? update.status : formatChanges(update.changes);
    const head = `${output.style.bold(nameOf(update.cloudResourceId))}: ${end}`;
    return outputs.length === 0 ? head : `${head}\n${formatOutputs(outputs)}`;
  });
  output.result({
    value: deployed,
    text: text.join('\n'),
    quiet: ended.map(({ cloudResourceId }) => cloudResourceId).join('\n'),
  });
}
