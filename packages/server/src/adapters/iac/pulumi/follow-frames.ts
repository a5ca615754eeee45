import type { Executor } from '../../executor/executor.ts';
import { LineSplitter } from '../../executor/line-splitter.ts';
import type { StackOutput, StackSink } from '../iac.ts';
import { type Frame, frame } from './frame.ts';

type Result = Extract<Frame, { type: 'result' }>;

/** What a worker's whole output comes to, also that which was skipped. */
export interface FollowedFrames {
  /** Undefined when the worker ended without one. */
  readonly result: Result | undefined;
  readonly changes: Readonly<Record<string, number>>;
}

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

function outputOf(each: Exclude<Frame, Result>): StackOutput {
  return each.type === 'line' ? { stream: each.stream, text: each.text } : { stream: 'event', event: each };
}

/**
 * Hands over a worker's output after its first `skip` pieces, to its end. Each piece is one line of it, whoever reads it and
 * however often; the result, which is the last, is none.
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
  const take = async (lines: readonly string[]) => {
    for (const line of lines) {
      const each = parseFrame(line);
      if (each.type === 'summary') changes = each.changes;
      if (each.type === 'result') result = each;
      else if (++seen > skip) await sink.write(outputOf(each));
    }
  };
  for await (const chunk of executor.follow(id, 'stdout', 0, signal)) await take(splitter.push(chunk));
  await take(splitter.end());
  return { result, changes };
}
