import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError, cancelled, exitCodes, failed } from '../command-line/cli-error.ts';
import type { Context } from '../command-line/context.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

/** The server's program for operators. Like the server itself it is started, never imported. */
const adminProgram = fileURLToPath(new URL('../../../server/src/admin.ts', import.meta.url));

interface Line {
  type: 'note' | 'result' | 'error';
  text?: string;
  value?: unknown;
  exitCode?: number;
  code?: string;
  message?: string;
  hint?: string;
}

function errorOf({ code, message = 'It failed.', hint }: Line, exitCode: number | null): CliError {
  const kind = exitCode === exitCodes.wrongUsage ? exitCodes.wrongUsage : exitCodes.failed;
  return new CliError(kind, message, { hint, details: { code } });
}

/** What the program has to say besides its result goes on as notes. */
async function readLines(stdout: NodeJS.ReadableStream, note: (text: string) => void): Promise<Line | undefined> {
  let last: Line | undefined;
  for await (const text of createInterface({ input: stdout })) {
    const line = JSON.parse(text) as Line;
    if (line.type === 'note') note(sanitizeLine(line.text ?? ''));
    else last = line;
  }
  return last;
}

/**
 * Does an operator's command on this machine, with the settings that the server has from the environment.
 * @throws CliError with what the program says
 */
export async function runAdminProgram(
  { environment, output }: Context,
  command: 'backup' | 'restore' | 'doctor' | 'reset-password' | 'rotate-keys',
  args: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', adminProgram, command], {
    env: { ...environment.variables, DATA_DIR: environment.dataDir },
    stdio: ['pipe', 'pipe', 'inherit'],
    // A Ctrl-C in the terminal would reach it twice.
    detached: true,
  });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  let interrupted = false;
  const passOn = (signal: NodeJS.Signals) => {
    interrupted = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, passOn);
  try {
    child.stdin.end(JSON.stringify(args));
    const line = await readLines(child.stdout, (text) => output.note(output.noteStyle.dim(text)));
    const [code, signal] = await exited;
    if (interrupted) throw cancelled('Interrupted; nothing half made was kept.');
    if (line?.type === 'error') throw errorOf(line, code);
    if (line?.type !== 'result') throw failed(`The command ended without a word (${signal ?? `exit code ${code}`}).`);
    output.result({
      value: line.value,
      text: (line.text ?? '')
        .split('\n')
        .map((each) => sanitizeLine(each))
        .join('\n'),
    });
    process.exitCode = line.exitCode ?? exitCodes.done;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, passOn);
  }
}
