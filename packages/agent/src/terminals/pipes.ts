import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { LARGEST_FRAME_BYTES, OUTPUTS } from '../protocol/terminal-frames.ts';
import type { Pty, PtyOptions } from './pty.ts';

/**
 * What a command leaves in the background keeps its outputs open, and nobody waits for that: what the command itself has
 * written is there once nothing more has come for so long.
 */
const QUIET_MS = 300;

/**
 * A command with a pipe for its input and one for each of its outputs: what it writes stays apart, and its input has an end.
 * Each piece of output begins with a byte that says which one it is of.
 */
export function openPipes({ argv: [file, ...args], env }: Pick<PtyOptions, 'argv' | 'env'>): Pty {
  // A group of its own, as what runs on a pseudo-terminal has.
  const child = spawn(file, args, { cwd: '/', env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const outputs = [child.stdout, child.stderr];
  let isPaused = false;
  let over = false;
  let quiet: NodeJS.Timeout | undefined;
  child.stdin.on('error', () => undefined);
  return {
    onData(listener) {
      for (const [index, output] of outputs.entries()) {
        const mark = Buffer.from([index === 0 ? OUTPUTS.stdout : OUTPUTS.stderr]);
        output.on('data', (bytes: Buffer) => {
          quiet?.refresh();
          for (let at = 0; at < bytes.length; at += LARGEST_FRAME_BYTES - 1)
            listener(Buffer.concat([mark, bytes.subarray(at, at + LARGEST_FRAME_BYTES - 1)]));
        });
      }
    },
    onExit(listener) {
      const end = (code: number, signal: number): void => {
        if (over) return;
        over = true;
        clearTimeout(quiet);
        listener({ code, signal });
      };
      child.once('error', () => end(126, 0));
      child.once('exit', (code, name) => {
        const signal = name === null ? 0 : constants.signals[name];
        const finish = (): void => {
          if (isPaused) quiet?.refresh();
          else end(code ?? 128 + signal, signal);
        };
        quiet = setTimeout(finish, QUIET_MS);
        child.once('close', () => end(code ?? 128 + signal, signal));
      });
    },
    pause() {
      isPaused = true;
      for (const output of outputs) output.pause();
    },
    resume() {
      isPaused = false;
      for (const output of outputs) output.resume();
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (child.stdin.destroyed || child.stdin.writableEnded) return resolve();
        // Called back with an error, too, when the command reads no more.
        child.stdin.write(bytes, () => resolve());
      }),
    end: () => void child.stdin.end(),
    resize: () => undefined,
  };
}
