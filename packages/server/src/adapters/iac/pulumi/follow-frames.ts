import type { Executor } from '../../executor/executor.ts';
import { LineSplitter } from '../../executor/line-splitter.ts';
import type { StackDifference, StackOutput, StackSink } from '../iac.ts';
import { type Frame, frame } from './frame.ts';

type Result = Extract<Frame, { type: 'result' }>;
type Difference = Extract<Frame, { type: 'difference' }>;
/** How many are kept of a stack in which all is different. */
const mostDifferences = 500;

/** What a worker's whole output comes to, also that which was skipped. */
export interface FollowedFrames {
  /** Undefined when the worker ended without one. */
  readonly result: Result | undefined;
  readonly changes: Readonly<Record<string, number>>;
  readonly differences: readonly StackDifference[];
  /** How many pieces there were, also those that were skipped. */
  readonly pieces: number;
  /** What the engine called an error. */
  readonly errors: readonly string[];
}

/** Of a flood of errors the first tell what it is. */
const mostErrors = 100;

function parseFrame(line: string): Frame {
  if (line.startsWith('{"type":')) {
    try {
      const parsed = frame.safeParse(JSON.parse(line));
      if (parsed.success) return parsed.data;
    } catch {
      // A line of a program that only looks like a frame.
    }
  }
  return { type: 'line', stream: 'stdout', text: line };
}

function outputOf(each: Exclude<Frame, Result | Difference>): StackOutput {
  return each.type === 'line' ? { stream: each.stream, text: each.text } : { stream: 'event', event: each };
}

/** `urn:pulumi:stack::project::parent$type::name` → its name, which may have colons too. */
function differenceOf({ urn, resourceType, operation, properties }: Difference): StackDifference {
  return { urn, type: resourceType, name: urn.split('::').slice(3).join('::'), operation, properties };
}

/**
 * Hands over a worker's output after its first `skip` pieces, to its end. Each piece is one line of it, whoever reads it and
 * however often; a difference is none, and neither is the result, which is the last.
 */
export async function followFrames(
  executor: Executor,
  id: string,
  sink: StackSink,
  skip: number,
  signal: AbortSignal,
): Promise<FollowedFrames> {
  const splitter = new LineSplitter();
  let seen = 0;
  let result: Result | undefined;
  let changes: FollowedFrames['changes'] = {};
  const differences: StackDifference[] = [];
  const errors: string[] = [];
  const take = async (lines: readonly string[]) => {
    for (const line of lines) {
      const each = parseFrame(line);
      if (each.type === 'summary') changes = each.changes;
      if (each.type === 'diagnostic' && each.severity === 'error' && errors.length < mostErrors)
        errors.push(each.message);
      if (each.type === 'result') result = each;
      else if (each.type === 'difference') {
        if (differences.length < mostDifferences) differences.push(differenceOf(each));
      } else if (++seen > skip) await sink.write(outputOf(each));
    }
  };
  for await (const chunk of executor.follow(id, 'stdout', 0, signal)) await take(splitter.push(chunk));
  await take(splitter.end());
  return { result, changes, differences, pieces: seen, errors };
}
