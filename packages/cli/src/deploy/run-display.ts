import type { Schemas } from '@davit/api';
import type { Output } from '../terminal/output.ts';
import { createLiveRunDisplay } from './live-run-display.ts';
import { createPlainRunDisplay } from './plain-run-display.ts';

export type Run = Schemas['Run'];
export type OutputLine = Schemas['OutputLine'];

/** Shows a run while it goes on. */
export interface RunDisplay {
  output(lines: readonly OutputLine[]): void;
  update(run: Run): void;
  connection(state: 'lost' | 'back'): void;
  /** Leaves the terminal to a question. */
  pause(): void;
  resume(): void;
  close(): void;
  /** Whether the output of the run has been shown, so that an error need not repeat its end. */
  readonly showsOutput: boolean;
}

const silent: RunDisplay = {
  output() {},
  update() {},
  connection() {},
  pause() {},
  resume() {},
  close() {},
  showsOutput: false,
};

/** Drawn where somebody watches, plain lines elsewhere, nothing where it is not wanted. `verbose` shows every line of output. */
export function createRunDisplay(output: Output, { verbose = false } = {}): RunDisplay {
  if (output.json || output.quiet) return silent;
  return output.isLive && !verbose
    ? createLiveRunDisplay(process.stderr, output.noteStyle)
    : createPlainRunDisplay((line) => process.stderr.write(`${line}\n`), output.noteStyle);
}
