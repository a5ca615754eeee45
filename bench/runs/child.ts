import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Runs a program of this folder with JSON as its argument. */
export function startProgram(name: string, input: object): ChildProcess {
  const program = fileURLToPath(new URL(name, import.meta.url));
  return spawn(process.execPath, [program, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a program of this folder to its end; what it prints is JSON. */
export async function runProgram<T>(name: string, input: object): Promise<T> {
  const child = startProgram(name, input);
  const [printed] = await Promise.all([child.stdout ? text(child.stdout) : '', once(child, 'exit')]);
  return JSON.parse(printed) as T;
}
