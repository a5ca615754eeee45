import { type Schemas, unwrap } from '@davit/api';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { findResource } from './find-resource.ts';
import { followUpdate } from './follow-update.ts';

/** What a check found, a line for each resource that is not as the state says. */
function formatDrift({ differences }: Pick<Schemas['Drift'], 'differences'>): string {
  if (differences.length === 0) return 'Everything is as the state says.';
  return differences
    .map(({ name, type, operation, properties }) => {
      const what = operation === 'delete' ? 'is gone' : 'is otherwise than the state says';
      const which = properties.length === 0 ? '' : `: ${properties.join(', ')}`;
      return sanitizeLine(`${name} (${type}) ${what}${which}`);
    })
    .join('\n');
}

/** `davit resource drift`: checks now, and shows what was found. */
export async function checkDrift(context: Context, _options: CommonOptions, wanted = ''): Promise<void> {
  const { output } = context;
  const connection = await context.connect();
  const { id } = await findResource(connection.api, wanted);
  const path = { params: { path: { id } } };
  const update = await unwrap(connection.api.POST('/v1/cloud-resources/{id}/drift-check', { ...path, body: {} }));
  await followUpdate(connection, update, { output });
  const { drift } = await unwrap(connection.api.GET('/v1/cloud-resources/{id}', path));
  output.result({
    value: drift,
    text: drift === null ? 'Something else has changed the state meanwhile.' : formatDrift(drift),
    quiet: drift?.status ?? '',
  });
}
