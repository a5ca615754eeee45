import { CliError, exitCodes } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { withAdvice } from '../deploy/advice.ts';
import { followRun } from '../deploy/follow-run.ts';
import type { RunDisplay } from '../deploy/run-display.ts';
import type { Connection } from '../session/connection.ts';
import { followUpdate, getUpdate, type StackUpdate } from './follow-update.ts';

/** What is done with one resource, and which others have to be done before. */
export interface GraphStep {
  /** Of the resource. */
  readonly id: string;
  readonly after: readonly string[];
}

/** What came of a step. */
export interface StepEnd {
  readonly id: string;
  /** Null where it was done at once. */
  readonly update: StackUpdate | null;
}

export interface Graph {
  readonly connection: Connection;
  /** Each after those that it waits for. */
  readonly steps: readonly GraphStep[];
  /** `KIND/NAME` of a resource. */
  readonly nameOf: (id: string) => string;
  /** Null where it is done at once. */
  readonly begin: (id: string) => Promise<StackUpdate | null>;
}

export interface FollowGraphOptions {
  detach?: boolean | undefined;
  verbose?: boolean | undefined;
}

interface Failure {
  readonly name: string;
  readonly update: StackUpdate;
  readonly error: CliError;
}

const hidden: RunDisplay = {
  output: () => undefined,
  update: () => undefined,
  connection: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  close: () => undefined,
  showsOutput: false,
};

/** As the error of one alone is shown to a program. */
const toDetails = (name: string, { message, hint, details }: CliError) => ({ name, message, hint, ...details });

/** What is told of several of which some failed. */
function failureOf(failures: readonly Failure[], count: number): CliError | undefined {
  const [first, ...others] = failures;
  if (first === undefined || count === 1) return first?.error;
  const { exitCode, message, hint, lines, details } = first.error;
  if (others.length === 0) return new CliError(exitCode, `${first.name}: ${message}`, { hint, lines, details });
  return new CliError(exitCode, `${failures.length} of ${count} failed:`, {
    lines: withAdvice(
      failures.map(({ name, error, update }) => ({ line: `  ${name}: ${error.message}`, hint: update.hint })),
    ),
    hint: '`davit stack-update list --status failed` has their ids, for `davit stack-update logs` and `retry`.',
    details: { failures: failures.map(({ name, error }) => toDetails(name, error)) },
  });
}

async function endsWell(connection: Connection, update: StackUpdate | null, signal: AbortSignal): Promise<boolean> {
  if (update === null) return true;
  await followRun(connection, update.runId, hidden, signal);
  return !signal.aborted && (await getUpdate(connection, update.id)).status === 'success';
}

/** Begins each step as soon as those before it have ended well. @returns its update; undefined: it is not begun, as one before it failed */
function beginAll({ connection, steps, begin }: Graph, signal: AbortSignal) {
  const awaited = new Set(steps.flatMap(({ after }) => after));
  const begun = new Map<string, Promise<StackUpdate | null | undefined>>();
  const ends = new Map<string, Promise<boolean>>();
  for (const { id, after } of steps) {
    const before = Promise.all(after.map(async (other) => (await ends.get(other)) ?? true));
    const update = before.then(async (all) => (all.every(Boolean) && !signal.aborted ? await begin(id) : undefined));
    begun.set(id, update);
    // Whoever asks for the update is told why there is none.
    update.catch(() => undefined);
    if (!awaited.has(id)) continue;
    ends.set(
      id,
      update.then(
        async (made) => made !== undefined && (await endsWell(connection, made, signal).catch(() => false)),
        () => false,
      ),
    );
  }
  return { begun, settled: () => Promise.allSettled([...begun.values(), ...ends.values()]) };
}

/**
 * Does all steps, at once what waits for nothing, and shows them one after the other to their ends. What waits for one that failed
 * is not begun.
 *
 * @throws CliError when all have ended and some of them failed; at once when one was cancelled, or somebody detached
 */
export async function* followGraph(
  { output }: Context,
  graph: Graph,
  { detach, verbose }: FollowGraphOptions,
  tellLeft: (names: string) => string,
): AsyncGenerator<StepEnd, void, undefined> {
  const { bold, dim } = output.noteStyle;
  const { steps, connection, nameOf } = graph;
  const stop = new AbortController();
  const { begun, settled } = beginAll(graph, stop.signal);
  const failures: Failure[] = [];
  const left: string[] = [];
  try {
    for (const { id } of steps) {
      const update = await begun.get(id);
      if (update === undefined) left.push(nameOf(id));
      if (update === null) yield { id, update };
      if (update == null) continue;
      output.note(`${bold(nameOf(id))} ${dim(update.id)}`);
      try {
        yield { id, update: await followUpdate(connection, update, { output, verbose, detach }) };
      } catch (error) {
        if (!(error instanceof CliError) || error.exitCode === exitCodes.cancelled) throw error;
        // Those beside it go on all the same: how they end is told too.
        failures.push({ name: nameOf(id), update: await getUpdate(connection, update.id), error });
      }
    }
  } finally {
    stop.abort();
    await settled();
    if (left.length > 0) output.note(tellLeft(left.join(', ')));
  }
  const failure = failureOf(failures, steps.length);
  if (failure !== undefined) throw failure;
}
