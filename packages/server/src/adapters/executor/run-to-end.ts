import type { Executor, ExecutorStatus } from './executor.ts';
import { LineSplitter } from './line-splitter.ts';

/** Takes the lines of a command, in order for each stream. */
export interface LineSink {
  write(stream: 'stdout' | 'stderr', line: string): void;
  /** Resolves when it takes more. What a command writes meanwhile waits in its file, so that nothing need be dropped. */
  room(): Promise<void>;
}

/** Lines that were stored before, by an earlier server that followed the same command. */
export interface LinesWritten {
  stdout: number;
  stderr: number;
}

async function followLines(
  executor: Pick<Executor, 'follow'>,
  id: string,
  stream: 'stdout' | 'stderr',
  skip: number,
  sink: LineSink,
  signal: AbortSignal,
): Promise<void> {
  const splitter = new LineSplitter();
  let toSkip = skip;
  const pass = (lines: readonly string[]) => {
    for (const line of lines) {
      if (toSkip > 0) toSkip--;
      else sink.write(stream, line);
    }
  };
  for await (const chunk of executor.follow(id, stream, 0, signal)) {
    pass(splitter.push(chunk));
    await sink.room();
  }
  pass(splitter.end());
}

/**
 * Starts a command, or finds the one that was started under this id before, hands its lines over and waits for its end.
 * When `signal` is aborted it throws and leaves the command running: whoever goes on finds it by its id, and whoever
 * cancels ends it by its id.
 */
export async function runToEnd<Command>(
  executor: Executor<Command>,
  id: string,
  command: Command,
  sink: LineSink,
  written: LinesWritten,
  signal: AbortSignal,
): Promise<ExecutorStatus> {
  await executor.start(id, command, signal);
  await Promise.all([
    followLines(executor, id, 'stdout', written.stdout, sink, signal),
    followLines(executor, id, 'stderr', written.stderr, sink, signal),
  ]);
  return await executor.wait(id, signal);
}
