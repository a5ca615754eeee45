import type { Output } from '../terminal/output.ts';
import { createLiveRunDisplay } from './live-run-display.ts';
import { createPlainRunDisplay } from './plain-run-display.ts';
import type { RunDisplay } from './run-display.ts';

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
