import { type Schemas, unwrap } from '@davit/api';
import { cancelled, failed } from '../command-line/cli-error.ts';
import { adviceOf } from '../deploy/advice.ts';
import { followAttended, tailLines } from '../deploy/follow-attended.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { createUpdateDisplay } from './update-display.ts';

export type StackUpdate = Schemas['StackUpdate'];
export type StackUpdateDetail = Schemas['StackUpdateDetail'];

/** A stack update as it is now. */
export async function getUpdate({ api }: Connection, id: string): Promise<StackUpdateDetail> {
  return await unwrap(api.GET('/v1/stack-updates/{id}', { params: { path: { id } } }));
}

/** `2 to create, 1 same` */
export function formatChanges(changes: Readonly<Record<string, number>> | null): string {
  const entries = Object.entries(changes ?? {}).filter(([, count]) => count > 0);
  return entries.length === 0 ? 'nothing' : entries.map(([operation, count]) => `${count} ${operation}`).join(', ');
}

export interface FollowUpdateOptions {
  output: Output;
  /** Show every line of output. */
  verbose?: boolean | undefined;
  /** Do not wait: only say how it can be followed. */
  detach?: boolean | undefined;
}

/** What to type to see how an update goes on. */
const followingOf = ({ id }: StackUpdate): string => `Follow it with \`davit stack-update logs -f ${id}\`.`;

/**
 * Shows a stack update until it has ended. Ctrl-C asks whether to cancel it or to detach.
 *
 * @returns the update as it ended, or as it is where nobody waits for it
 * @throws CliError when it failed, was cancelled, or somebody detached from it
 */
export async function followUpdate(
  connection: Connection,
  update: StackUpdate,
  { output, verbose = false, detach = false }: FollowUpdateOptions,
): Promise<StackUpdate> {
  if (detach) {
    output.note(followingOf(update));
    return update;
  }
  const display = createUpdateDisplay(output, { verbose });
  const followed = await followAttended(connection, {
    runId: update.runId,
    display,
    what: 'update',
    cancelling: 'Cancelling: what is in flight ends first.',
    async cancel() {
      await unwrap(connection.api.POST('/v1/stack-updates/{id}/cancel', { params: { path: { id: update.id } } }));
    },
  });
  if (followed === undefined) {
    throw cancelled('Detached: the update goes on.', {
      hint: followingOf(update),
      details: { update },
    });
  }
  const ended = await getUpdate(connection, update.id);
  const reason = sanitizeLine(ended.reason ?? `The update ended as ${ended.status}.`);
  if (ended.status === 'canceled') {
    const { supersededBy } = followed.run;
    const hint = `\`davit stack-update retry ${ended.id}\` does it again; \`davit resource get ${ended.cloudResourceId}\` shows whether something was cut short.`;
    throw cancelled(reason, { hint: supersededBy === null ? hint : undefined, details: { update: ended } });
  }
  if (ended.status === 'success') return ended;
  const tail = followed.tail.filter(({ stream }) => stream !== 'event').slice(-10);
  throw failed(reason, {
    lines: tailLines(tail, display),
    hint: adviceOf(
      ended.hint,
      `\`davit stack-update logs ${ended.id}\` shows all of its output, \`davit stack-update retry ${ended.id}\` does it again.`,
    ),
    details: { code: ended.errorCode, update: ended },
  });
}
