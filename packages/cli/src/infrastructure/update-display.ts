import { createStackProgress, type StackDiagnostic } from '@davit/api';
import { createPlainRunDisplay } from '../deploy/plain-run-display.ts';
import type { OutputLine, Run, RunDisplay } from '../deploy/run-display.ts';
import { createLiveRegion, type TerminalStream } from '../terminal/live-region.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import type { Style } from '../terminal/style.ts';
import { formatResource } from './resource-line.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;

const silent: RunDisplay = {
  output() {},
  update() {},
  connection() {},
  pause() {},
  resume() {},
  close() {},
  showsOutput: false,
};

/** The resources of a stack as a tree that is drawn again as they change; what davit says itself stays above it. */
export function createLiveUpdateDisplay(stream: TerminalStream, style: Style): RunDisplay {
  const region = createLiveRegion(stream);
  const progress = createStackProgress();
  const waiting: string[] = [];
  let run: Run | undefined;
  let isLost = false;
  let isPaused = false;
  let frame = 0;

  function regionLines(): string[] {
    const spinner = frames[frame % frames.length] ?? '';
    const fetched = [...progress.downloads.values()].filter(({ done }) => !done);
    const tree = [
      ...fetched.map(({ message }) => `${style.cyan(spinner)} ${sanitizeLine(message)}`),
      ...progress.rows().map((row) => formatResource(row, style, spinner)),
    ];
    if (isLost) return [...tree, `${style.cyan(spinner)} waiting for the server to answer again`];
    const step = run?.steps.find(({ state }) => state === 'running');
    const doing = step?.name ?? (run === undefined || run.state === 'queued' ? 'waiting for its turn' : undefined);
    return doing === undefined ? tree : [...tree, `${style.cyan(spinner)} ${style.dim(doing)}`];
  }

  function draw(): void {
    if (!isPaused) region.draw(regionLines(), waiting.splice(0));
  }

  function take(line: OutputLine): void {
    if (line.stream === 'system') waiting.push(style.dim(sanitizeLine(line.content)));
    if (!progress.take({ ...line, number: line.seq })) return;
    const said = [...progress.diagnostics, ...[...progress.resources.values()].flatMap((each) => each.diagnostics)];
    for (const each of said) if (each.line === line.seq) waiting.push(...formatDiagnostic(each));
  }

  function formatDiagnostic({ severity, message }: StackDiagnostic): string[] {
    if (severity === 'info') return [];
    const mark = severity === 'error' ? style.red('error') : style.yellow('warning');
    return [`${mark} ${sanitizeLine(message)}`];
  }

  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, frameMs);

  return {
    showsOutput: true,
    output(lines) {
      lines.forEach(take);
      draw();
    },
    update(next) {
      run = next;
      draw();
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
      draw();
    },
    close() {
      clearInterval(timer);
      isPaused = true;
      const tree = progress.rows().map((row) => formatResource(row, style, '·'));
      region.draw([], [...waiting.splice(0), ...tree]);
      region.clear();
    },
  };
}

/** As any run, one line after the other; what the engine tells in events its own lines tell too. */
function createPlainUpdateDisplay(style: Style): RunDisplay {
  const plain = createPlainRunDisplay((line) => process.stderr.write(`${line}\n`), style);
  return { ...plain, output: (lines) => plain.output(lines.filter(({ stream }) => stream !== 'event')) };
}

/** A tree where somebody watches, plain lines elsewhere, nothing where it is not wanted. */
export function createUpdateDisplay(output: Output, { verbose = false } = {}): RunDisplay {
  if (output.json || output.quiet) return silent;
  const { noteStyle } = output;
  return output.isLive && !verbose
    ? createLiveUpdateDisplay(process.stderr, noteStyle)
    : createPlainUpdateDisplay(noteStyle);
}
