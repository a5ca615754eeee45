import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { cancelled } from '../command-line/cli-error.ts';

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

export interface QuestionOptions {
  /** What is typed is not shown. */
  hidden?: boolean;
  /** Takes the question back. */
  signal?: AbortSignal;
}

/** Asks on the terminal. @returns the answer; undefined for Ctrl-C, the end of input, or a question that was taken back */
export function ask(question: string, { hidden = false, signal }: QuestionOptions = {}): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const output = hidden ? nowhere() : process.stderr;
  const reader = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  const takeBack = () => reader.close();
  let isShown = false;
  signal?.addEventListener('abort', takeBack);
  reader.once('SIGINT', () => reader.close());
  reader.once('close', () => {
    signal?.removeEventListener('abort', takeBack);
    // Whatever comes next begins on a line of its own: only an answer that is shown ends its line itself.
    if (!isShown) process.stderr.write('\n');
    resolve(undefined);
  });
  // Readline writes the question in several parts, with all that is typed after it: which of them to show it would not say.
  if (hidden) process.stderr.write(question);
  reader.question(hidden ? '' : question, (answer) => {
    isShown = !hidden;
    resolve(answer);
    reader.close();
  });
  return promise;
}

/** The same where Ctrl-C ends the command. @throws CliError cancelled */
export async function askOrEnd(question: string, options: Pick<QuestionOptions, 'hidden'> = {}): Promise<string> {
  const answer = await ask(question, options);
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
