import { sanitizeLine } from '../terminal/sanitize.ts';
import type { Style } from '../terminal/style.ts';
import type { RunDisplay } from './run-display.ts';
import { formatStep, isOver } from './step-line.ts';

/** One line after the other, for a log file or a pipe: steps as they begin and end, and their output. */
export function createPlainRunDisplay(write: (line: string) => void, style: Style): RunDisplay {
  const begun = new Set<string>();
  const ended = new Set<string>();
  return {
    showsOutput: true,
    output(lines) {
      // Lines may come after the end of their step was told, so that each says whose it is.
      for (const { step, content } of lines) write(`${style.dim(`  ${step} |`)} ${sanitizeLine(content)}`);
    },
    update({ steps }) {
      for (const step of steps) {
        if (step.state === 'running' && !begun.has(step.name)) write(`→ ${step.name}`);
        if (step.state !== 'pending') begun.add(step.name);
        if (isOver(step) && !ended.has(step.name)) {
          if (step.state !== 'skipped') write(formatStep(step, style));
          ended.add(step.name);
        }
      }
    },
    connection(state) {
      write(state === 'lost' ? 'The server does not answer; trying again.' : 'The server answers again.');
    },
    pause() {},
    resume() {},
    close() {},
  };
}
