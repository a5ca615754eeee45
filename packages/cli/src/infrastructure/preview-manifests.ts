import { unwrap } from '@davit/api';
import { CliError } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { type AppliedManifests, applyManifests, type ManifestsOptions } from './apply-manifests.ts';
import { followUpdate, formatChanges, getUpdate, type StackUpdate } from './follow-update.ts';

/** What is known of a resource before anything is deployed. */
interface Previewed {
  readonly resource: string;
  readonly update: StackUpdate;
  /** Which value is not there yet, because another of these resources is not deployed; null: all are. */
  readonly missingValue: string | null;
  /** Whether it was previewed with outputs of others that may be other ones by then. */
  readonly usesOutputsOfNow: boolean;
}

/** Whether it is known that its outputs stay as they are. */
const changesNothing = (previewed: Previewed | undefined): boolean =>
  previewed?.missingValue === null &&
  !previewed.usesOutputsOfNow &&
  Object.entries(previewed.update.changes ?? {}).every(([operation, count]) => operation === 'same' || count === 0);

/** The update that could not be previewed because it needs a value that is not there yet. */
async function missingValueOf(
  { connection }: AppliedManifests,
  update: StackUpdate,
  error: unknown,
): Promise<StackUpdate | undefined> {
  if (!(error instanceof CliError) || error.details['code'] !== 'CLOUD_RESOURCE_VALUE_MISSING') return undefined;
  return await getUpdate(connection, update.id);
}

function formatPreviewed({ resource, update, missingValue, usesOutputsOfNow }: Previewed): string {
  if (missingValue !== null) {
    return `${resource}: not known yet: ${sanitizeLine(missingValue)} It can be previewed once that is deployed.`;
  }
  const now = usesOutputsOfNow ? ' (with the outputs that the others have now)' : '';
  return `${resource}: ${formatChanges(update.changes)}${now}`;
}

/**
 * Stores the manifests of a file or a folder, and shows what deploying them would change, in the order in which that happens. What
 * needs an output that another of them is still to give is said to be unknown; anything else that cannot be previewed is a failure.
 */
export async function previewManifests(context: Context, path: string, options: ManifestsOptions): Promise<void> {
  const { output } = context;
  const applied = await applyManifests(context, path, options);
  const { steps, nameOf, connection } = applied;
  const { bold, dim } = output.noteStyle;
  const previewed = new Map<string, Previewed>();
  for (const { id, after } of steps) {
    const params = { path: { id } };
    const body = { clearPending: false };
    const update = await unwrap(connection.api.POST('/v1/cloud-resources/{id}/preview', { params, body }));
    const resource = nameOf(id);
    const usesOutputsOfNow = after.some((other) => !changesNothing(previewed.get(other)));
    output.note(`${bold(resource)} ${dim(update.id)}`);
    try {
      const ended = await followUpdate(connection, update, { output, verbose: options.verbose });
      previewed.set(id, { resource, update: ended, missingValue: null, usesOutputsOfNow });
    } catch (error) {
      // Of what does not wait for any of these, the value comes from elsewhere, and is missing indeed.
      const missing = after.length === 0 ? undefined : await missingValueOf(applied, update, error);
      if (missing === undefined) throw error;
      previewed.set(id, { resource, update: missing, missingValue: missing.reason ?? '', usesOutputsOfNow });
    }
  }
  const all = [...previewed.values()];
  const text = all.map(formatPreviewed);
  output.result({
    value: all,
    text: [...text, 'Nothing is deployed: the manifests are stored, and `davit deploy -f` deploys them.'].join('\n'),
    quiet: all.map(({ update }) => update.id).join('\n'),
  });
}
