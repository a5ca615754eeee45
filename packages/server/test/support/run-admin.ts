import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { hostEnvironment } from '../../src/config/host-environment.ts';

const program = fileURLToPath(new URL('../../src/admin.ts', import.meta.url));

export interface AdminAnswer {
  exitCode: number | null;
  notes: string[];
  /** Of `result`. */
  value?: Record<string, unknown>;
  text?: string;
  /** Of `error`. */
  code?: string;
  message?: string;
  hint?: string;
}

/** Runs an operator's command as `davit admin` does. `killAt`: kill -9 as soon as it says so. */
export async function runAdmin(
  command: string,
  environment: Readonly<Record<string, string>>,
  args: Readonly<Record<string, string>> = {},
  killAt?: RegExp,
): Promise<AdminAnswer> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, command], {
    env: { ...hostEnvironment(), ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.stdin.end(JSON.stringify(args));
  const notes: string[] = [];
  let last: Partial<AdminAnswer> = {};
  for await (const text of createInterface({ input: child.stdout })) {
    const { type, ...line } = JSON.parse(text) as { type: string; text: string };
    if (type !== 'note') last = line;
    else notes.push(line.text);
    if (killAt?.test(line.text)) child.kill('SIGKILL');
  }
  const [exitCode] = await exited;
  return { ...last, notes, exitCode };
}
