import { write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type IPty, spawn } from '@lydell/node-pty';
import type { TerminalSize } from '../protocol/terminal-frames.ts';

const writeFile = promisify(write);

export interface PtyOptions extends TerminalSize {
  argv: readonly [string, ...string[]];
  env: Record<string, string>;
}

/** A command on a pseudo-terminal of its own. */
export interface Pty {
  onData(listener: (bytes: Buffer) => void): void;
  onExit(listener: (exit: { code: number; signal: number }) => void): void;
  /** Holds the command's output back, which holds the command back. */
  pause(): void;
  resume(): void;
  /** Resolves once the terminal has taken all of it: a program that reads nothing takes nothing after the first 4 KiB. */
  write(bytes: Buffer): Promise<void>;
  /** No more will be written. A terminal has no end of input but the key for it. */
  end(): void;
  resize(size: TerminalSize): void;
}

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/**
 * The package's own write() is libuv's, which waits for a terminal that is full and does nothing else meanwhile: a program
 * that reads no more until its output is taken would never go on. The file is non-blocking; one that is full is tried again.
 */
async function writeAll(fd: number, bytes: Buffer, isOver: () => boolean): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  for (let at = 0; at < bytes.length && !isOver(); ) {
    try {
      at += (await writeFile(fd, bytes, at, bytes.length - at, null)).bytesWritten;
      pause = FIRST_PAUSE_MS;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      await sleep(pause);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    }
  }
}

/** @throws Error when the machine has no pseudo-terminal or process left */
export function openPty({ argv: [file, ...args], env, cols, rows }: PtyOptions): Pty {
  const pty = spawn(file, args, { encoding: null, name: 'xterm-256color', cwd: '/', env, cols, rows });
  const { fd } = pty as IPty & { fd: number };
  let over = false;
  let written = Promise.resolve();
  pty.onExit(() => {
    over = true;
  });
  return {
    // Without an encoding these are buffers, whatever the package's types say.
    onData: (listener) => void pty.onData((bytes: unknown) => listener(bytes as Buffer)),
    onExit: (listener) => void pty.onExit(({ exitCode, signal }) => listener({ code: exitCode, signal: signal ?? 0 })),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    write(bytes) {
      written = written.then(() => writeAll(fd, bytes, () => over));
      return written;
    },
    end: () => undefined,
    resize({ cols: width, rows: height }) {
      if (!over) pty.resize(width, height);
    },
  };
}
