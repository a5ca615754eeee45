import { unwrap } from '@davit/api';
import type { Context } from '../command-line/context.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';
import { followUpdate, formatChanges, type StackUpdate } from './follow-update.ts';
import { readManifestText } from './read-manifests.ts';

export interface DeployManifestOptions {
  detach?: boolean | undefined;
  verbose?: boolean | undefined;
}

/** Outputs of a resource as a table; a secret one is only named. */
export function formatOutputs(outputs: readonly { name: string; secret: boolean; value?: unknown }[]): string {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return formatTable(
    outputs.map(({ name, secret, value }) => [name, secret ? '(secret)' : sanitizeLine(textOf(value) ?? '')]),
  );
}

/** Stores the manifests of a file or a folder and deploys them: at once what can be, and what needs outputs of others after them. */
export async function deployManifests(context: Context, path: string, options: DeployManifestOptions): Promise<void> {
  const { output } = context;
  const manifest = await readManifestText(path);
  const connection = await context.connect();
  const { api } = connection;
  const { resources, waves } = await unwrap(api.POST('/v1/cloud-resources', { body: { manifest } }));
  const nameOf = new Map(resources.map(({ resource: { id, kind, name } }) => [id, `${kind}/${name}`]));
  const ended: StackUpdate[] = [];
  for (const wave of waves) {
    const updates: StackUpdate[] = [];
    for (const id of wave) {
      updates.push(
        await unwrap(
          api.POST('/v1/cloud-resources/{id}/deploy', { params: { path: { id } }, body: { clearPending: false } }),
        ),
      );
    }
    for (const update of updates) {
      output.note(
        `${output.noteStyle.bold(nameOf.get(update.cloudResourceId) ?? '')} ${output.noteStyle.dim(update.id)}`,
      );
      ended.push(
        options.detach ? update : await followUpdate(connection, update, { output, verbose: options.verbose }),
      );
    }
  }
  const deployed = await Promise.all(
    ended.map(async (update) => {
      const { outputs } = await unwrap(
        api.GET('/v1/cloud-resources/{id}', { params: { path: { id: update.cloudResourceId } } }),
      );
      return { update, outputs };
    }),
  );
  const text = deployed.map(({ update, outputs }) => {
    const head = `${output.style.bold(nameOf.get(update.cloudResourceId) ?? '')}: ${options.detach ? update.status : formatChanges(update.changes)}`;
    return outputs.length === 0 ? head : `${head}\n${formatOutputs(outputs)}`;
  });
  output.result({
    value: deployed,
    text: text.join('\n'),
    quiet: ended.map(({ cloudResourceId }) => cloudResourceId).join('\n'),
  });
}
