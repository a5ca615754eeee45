import type { Socket } from 'node:net';
import { type IPty, spawn } from '@lydell/node-pty';
import type { TerminalSize } from '../protocol/terminal-frames.ts';

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
  /** Calls `taken` once the terminal has taken all of it: a program that reads nothing takes nothing after the first 4 KiB. */
  write(bytes: Buffer, taken: () => void): void;
  resize(size: TerminalSize): void;
}

/** @throws Error when the machine has no pseudo-terminal or process left */
export function openPty({ argv: [file, ...args], env, cols, rows }: PtyOptions): Pty {
  const pty = spawn(file, args, { encoding: null, name: 'xterm-256color', cwd: '/', env, cols, rows });
  // Its own write() tells nobody when the bytes are gone, so that a paste into a busy program would pile up in memory.
  const { _socket: socket } = pty as IPty & { _socket: Socket };
  return {
    // Without an encoding these are buffers, whatever the package's types say.
    onData: (listener) => void pty.onData((bytes: unknown) => listener(bytes as Buffer)),
    onExit: (listener) => void pty.onExit(({ exitCode, signal }) => listener({ code: exitCode, signal: signal ?? 0 })),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    write: (bytes, taken) => void socket.write(bytes, () => taken()),
    resize: ({ cols: width, rows: height }) => pty.resize(width, height),
  };
}
