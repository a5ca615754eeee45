import { formatDuration } from '../terminal/duration.ts';
import { createLiveRegion, type TerminalStream } from '../terminal/live-region.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import type { Style } from '../terminal/style.ts';
import type { Run, RunDisplay } from './run-display.ts';
import { formatStep, isOver, stepTime } from './step-line.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
const shownLines = 6;

/** Steps that are over stay as lines; beneath them the one that runs, with a spinner, its time and its last lines. */
export function createLiveRunDisplay(stream: TerminalStream, style: Style): RunDisplay {
  const region = createLiveRegion(stream);
  const printed = new Set<string>();
  let run: Run | undefined;
  // Steps that ended while something else had the terminal.
  const waiting: string[] = [];
  let tail: { step: string; text: string }[] = [];
  let isLost = false;
  let isPaused = false;
  let frame = 0;

  function regionLines(): string[] {
    const spinner = style.cyan(frames[frame % frames.length] ?? '');
    if (isLost) return [`${spinner} waiting for the server to answer again`];
    const step = run?.steps.find(({ state }) => state === 'running');
    if (step === undefined)
      return run === undefined || run.state === 'queued' ? [`${spinner} waiting for its turn`] : [];
    const time = style.dim(formatDuration(stepTime(step, Date.now())));
    const lines = tail.filter(({ step: of }) => of === step.name).slice(-shownLines);
    return [`${spinner} ${step.name} ${time}`, ...lines.map(({ text }) => `  ${style.dim(text)}`)];
  }

  function draw(): void {
    if (!isPaused) region.draw(regionLines());
  }

  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, frameMs);

  return {
    showsOutput: false,
    output(lines) {
      const added = lines.slice(-shownLines).map(({ step, content }) => ({ step, text: sanitizeLine(content) }));
      tail = [...tail, ...added.filter(({ text }) => text.trim() !== '')].slice(-shownLines);
    },
    update(next) {
      run = next;
      const over = next.steps.filter((step) => isOver(step) && !printed.has(step.name));
      for (const { name } of over) printed.add(name);
      const kept = over.filter(({ state }) => state !== 'skipped').map((step) => formatStep(step, style));
      if (isPaused) waiting.push(...kept);
      else region.draw(regionLines(), kept);
    },
    connection(state) {
      isLost = state === 'lost';
      draw();
    },
    pause() {
      isPaused = true;
      region.clear();
    },
    resume() {
      isPaused = false;
      region.draw(regionLines(), waiting.splice(0));
    },
    close() {
      clearInterval(timer);
      isPaused = true;
      region.clear();
    },
  };
}
