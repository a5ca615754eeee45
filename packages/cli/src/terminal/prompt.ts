import { createInterface } from 'node:readline';
import { cancelled } from '../command-line/cli-error.ts';

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

export interface QuestionOptions {
  /** Takes the question back. */
  signal?: AbortSignal;
}

/** Asks on the terminal. @returns the answer; undefined for Ctrl-C, the end of input, or a question that was taken back */
export function ask(question: string, { signal }: QuestionOptions = {}): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: true, historySize: 0 });
  const takeBack = () => reader.close();
  let isAnswered = false;
  signal?.addEventListener('abort', takeBack);
  reader.once('SIGINT', () => reader.close());
  reader.once('close', () => {
    signal?.removeEventListener('abort', takeBack);
    // Whatever comes next begins on a line of its own: only an answer ends its line itself.
    if (!isAnswered) process.stderr.write('\n');
    resolve(undefined);
  });
  reader.question(question, (answer) => {
    isAnswered = true;
    resolve(answer);
    reader.close();
  });
  return promise;
}

/** The same where Ctrl-C ends the command. @throws CliError cancelled */
export async function askOrEnd(question: string): Promise<string> {
  const answer = await ask(question);
  if (answer === undefined) throw cancelled('Cancelled.');
  return answer;
}

/** Everything that is sent to stdin, as text. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** One value sent to stdin: without the end of line that `echo` and text files add. */
export async function readStandardInputValue(): Promise<string> {
  return (await readStandardInput()).replace(/\r?\n$/, '');
}
