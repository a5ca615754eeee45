import { createStackProgress, type StackProgress } from '@davit/api/browser';
import type { NumberedLine } from './paged-lines.ts';
import { pause } from './pause.ts';
import type { RunOutput } from './run-output.ts';

/** The events of a run among the lines after a number; `next` is null when there are no more now. */
export type ReadEvents = (
  after: number,
  signal: AbortSignal,
) => Promise<{ lines: readonly NumberedLine[]; next: number | null }>;

export interface StackProgressFeed {
  readonly progress: StackProgress;
  /** Changes with every event; 0 until those of before were read. */
  version: () => number;
  subscribe: (listener: () => void) => () => void;
  stop: () => void;
}

const RETRY_MS = 1500;

/**
 * Reads the events of a run, each once and in their order: those that the output holds are taken from it, the others are asked for
 * without the lines between them. Whatever was missed while the stream was cut is asked for as well.
 */
export function createStackProgressFeed(
  output: Pick<RunOutput, 'state' | 'subscribe' | 'line'>,
  read: ReadEvents,
): StackProgressFeed {
  const progress = createStackProgress();
  const over = new AbortController();
  const listeners = new Set<() => void>();
  let position = 0;
  let version = 0;
  let isBusy = false;

  function take({ label, ...line }: NumberedLine): void {
    if (line.number <= position) return;
    position = line.number;
    progress.take({ ...line, step: label });
  }

  function takeLoaded(): void {
    for (;;) {
      const line = output.line(position + 1);
      if (line === undefined) return;
      take(line);
    }
  }

  /** All events up to a line that the output knows of, and perhaps some more. */
  async function load(upTo: number): Promise<void> {
    for (let after: number | null = position; after !== null && !over.signal.aborted; ) {
      try {
        const { lines, next }: Awaited<ReturnType<ReadEvents>> = await read(after, over.signal);
        for (const line of lines) take(line);
        after = next;
      } catch {
        // Whoever asked sees why elsewhere (the banner while davit is away, or the page's own queries).
        await pause(RETRY_MS, over.signal);
      }
    }
    position = Math.max(position, upTo);
  }

  async function catchUp(): Promise<void> {
    if (isBusy || !output.state().isKnown) return;
    isBusy = true;
    const before = position;
    for (;;) {
      takeLoaded();
      const { lastLine } = output.state();
      if (position >= lastLine || over.signal.aborted) break;
      await load(lastLine);
    }
    isBusy = false;
    if (over.signal.aborted || (position === before && version > 0)) return;
    version += 1;
    for (const listener of listeners) listener();
  }

  const unsubscribe = output.subscribe(() => void catchUp());
  void catchUp();
  return {
    progress,
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      over.abort();
      unsubscribe();
    },
  };
}
