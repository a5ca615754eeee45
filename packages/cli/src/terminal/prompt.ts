import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { cancelled } from '../command-line/cli-error.ts';

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks on the terminal. @returns the answer; undefined for Ctrl-C or the end of input */
export function ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let shown = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // The question is shown, what is typed after it is not.
      if (!hidden || !shown) process.stderr.write(chunk);
      shown = true;
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  reader.once('SIGINT', () => reader.close());
  reader.once('close', () => {
    if (hidden) process.stderr.write('\n');
    resolve(undefined);
  });
  reader.question(question, (answer) => {
    resolve(answer);
    reader.close();
  });
  return promise;
}

/** The same where Ctrl-C ends the command. @throws CliError cancelled */
export async function askOrEnd(question: string, options: { hidden?: boolean } = {}): Promise<string> {
  const answer = await ask(question, options);
  if (answer === undefined) {
    process.stderr.write('\n');
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
