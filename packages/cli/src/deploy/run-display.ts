import type { Schemas } from '@davit/api';

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
