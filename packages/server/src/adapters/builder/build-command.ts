import type { Executor, ExecutorCommand, ExecutorStatus } from '../executor/executor.ts';
import { runToEnd } from '../executor/run-to-end.ts';
import type { BuildOutput } from './builder.ts';
import { builderErrors } from './builder-errors.ts';

const maxTitle = 200;
/** Tools say what went wrong some lines before their last: dd counts its records, npm names its log. */
const keptLines = 20;

/** A command as a person would type it; a text for the shell is shown as it is. */
export function commandTitle(argv: readonly string[]): string {
  const [program, flag, text] = argv;
  const title =
    program === '/bin/sh' && flag === '-c' && text !== undefined && argv.length === 3 ? text : argv.join(' ');
  const line = title.split('\n')[0] ?? '';
  return line.length > maxTitle || line !== title ? `${line.slice(0, maxTitle)} …` : line;
}

function failure(title: string, exit: ExecutorStatus['exit'], lastLines: readonly string[]) {
  if (lastLines.some((line) => /no space left on device|ENOSPC/i.test(line))) return builderErrors.BUILD_DISK_FULL();
  const detail = exit?.detail ?? 'its end was not seen';
  if (exit?.reason === 'timeout') return builderErrors.BUILD_TIMEOUT({ message: `"${title}" ${detail}` });
  if (exit?.reason === 'out-of-memory') return builderErrors.BUILD_OUT_OF_MEMORY({ message: `"${title}": ${detail}` });
  if (exit?.diskWasFull === true) return builderErrors.BUILD_DISK_FULL({ message: `"${title}" failed: ${detail}` });
  const lastLine = lastLines.at(-1);
  const last = lastLine === undefined ? '' : ` Its last line: ${lastLine}`;
  return builderErrors.BUILD_COMMAND_FAILED({ message: `"${title}" failed: ${detail}${last}` });
}

/** Runs one command of a build, or goes on with it when an earlier server had started it. */
export async function runBuildCommand(
  executor: Executor,
  id: string,
  command: ExecutorCommand,
  output: BuildOutput,
  signal: AbortSignal,
): Promise<void> {
  const title = commandTitle(command.argv);
  const written = await output.announce(title);
  const lastLines: string[] = [];
  const sink = {
    write(stream: 'stdout' | 'stderr', line: string) {
      if (line.trim() !== '') lastLines.push(line.trim().slice(0, 300));
      if (lastLines.length > keptLines) lastLines.shift();
      output.write(stream, line);
    },
    room: () => output.room(),
  };
  const since = performance.now();
  const { exit } = await runToEnd(executor, id, command, sink, written, signal);
  if (exit?.code !== 0) throw failure(title, exit, lastLines);
  if (exit.diskWasFull === true) output.write('system', `Warning: ${exit.detail}`);
  output.stage?.({ title, seconds: (performance.now() - since) / 1000, cached: false });
}
