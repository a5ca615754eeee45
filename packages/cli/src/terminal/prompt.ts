import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { cancelled } from '../command-line/cli-error.ts';

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks on the terminal; what is typed is not shown where it is `hidden`. @returns the answer; undefined for Ctrl-C or the end of input */
export function ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const output = hidden ? nowhere() : process.stderr;
  const reader = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  reader.once('SIGINT', () => reader.close());
  reader.once('close', () => {
    if (hidden) process.stderr.write('\n');
    resolve(undefined);
  });
  // Readline writes the question in several parts, with all that is typed after it: which of them to show it would not say.
  if (hidden) process.stderr.write(question);
  reader.question(hidden ? '' : question, (answer) => {
    resolve(answer);
    reader.close();
  });
  return promise;
}

/** The same where Ctrl-C ends the command. @throws CliError cancelled */
export async function askOrEnd(question: string, options: { hidden?: boolean } = {}): Promise<string> {
  const answer = await ask(question, options);
  if (answer === undefined) {
    if (!options.hidden) process.stderr.write('\n');
    throw cancelled('Cancelled.');
  }
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
