import { type Schemas, unwrap } from '@davit/api';
import { cancelled, wrongUsage } from '../command-line/cli-error.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { ask, canAsk } from '../terminal/prompt.ts';
import { finishRun } from './finish-run.ts';

/** Asks before something is gone for ever. @throws CliError when the answer is not yes, or nobody can be asked */
export async function confirmRemoval(what: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!canAsk()) throw wrongUsage(`Nobody can be asked whether to delete ${what}.`, { hint: 'Say so with --yes.' });
  const answer = await ask(`Delete ${what}? This cannot be undone. [y/N] `);
  if (!/^y/i.test(answer?.trim() ?? '')) throw cancelled('Nothing was deleted.');
}

/** Deletes a service with everything that it made, and waits until it is gone. */
export async function deleteService(
  connection: Connection,
  service: Schemas['Service'],
  output: Output,
): Promise<Schemas['Run']> {
  const params = { path: { id: service.id } };
  output.note(`→ deleting ${service.name}`);
  const { runId } = await unwrap(connection.api.DELETE('/v1/services/{id}', { params }));
  return await finishRun(connection, runId, output);
}
