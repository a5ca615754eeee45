/**
 * The process that holds one pseudo-terminal, or the pipes of a command that has none. A process of its own, since what opens one (forkpty) marks it as kept over
 * exec: in the agent, every instance that is started later would inherit every open terminal, and could read and type there.
 * (Measured: 49 MiB of memory, most of it shared with the agent, and 30 ms.) When it ends, however it ends, the
 * terminal hangs up.
 *
 * argv[2]: {@link HostOptions} as JSON. Its file 3 is the connection, which speaks frames; file 4 is for door.sh.
 */
import { Socket } from 'node:net';
import { createFrameReader, encodeFrame, LARGEST_FRAME_BYTES, type TerminalExit } from '../protocol/terminal-frames.ts';
import { openPipes } from './pipes.ts';
import { openPty, type PtyOptions } from './pty.ts';

export interface HostOptions extends PtyOptions {
  /** Without a byte in either direction. */
  idleMs: number;
  /** Otherwise pipes. */
  tty: boolean;
}

const SIGKILL = 9;

/**
 * Between two empty frames. A connection that nobody reads from, since the program in the terminal takes no input, does not
 * notice that its other end is gone unless it is written to.
 */
const SIGN_OF_LIFE_MS = 2000;

const options = JSON.parse(process.argv[2] ?? '') as HostOptions;
const connection = new Socket({ fd: 3, readable: true, writable: true });
const pty = options.tty ? openPty(options) : openPipes(options);
const readFrames = createFrameReader();
let over = false;

/** Says how it ended and goes away; the terminal hangs up with this process. */
function finish(exit: TerminalExit): void {
  if (over) return;
  over = true;
  connection.end(encodeFrame({ kind: 'exit', exit }), () => process.exit(0));
  // Nobody reads any more. Whoever takes the output of a command may be slow; that it is gone is told by the connection.
  if (options.tty) setTimeout(() => process.exit(0), 1000).unref();
}

const idle = setTimeout(() => finish({ code: null, reason: 'idle' }), options.idleMs);

pty.onData((bytes) => {
  idle.refresh();
  if (over) return;
  let more = true;
  for (let at = 0; at < bytes.length; at += LARGEST_FRAME_BYTES) {
    more = connection.write(encodeFrame({ kind: 'bytes', bytes: bytes.subarray(at, at + LARGEST_FRAME_BYTES) }));
  }
  if (!more) pty.pause();
});
connection.on('drain', () => pty.resume());

setInterval(() => {
  const empty = Buffer.alloc(0);
  if (!over && !connection.writableNeedDrain) connection.write(encodeFrame({ kind: 'bytes', bytes: empty }));
}, SIGN_OF_LIFE_MS);

let waiting = 0;
connection.on('data', (chunk: Buffer) => {
  idle.refresh();
  for (const frame of readFrames(chunk)) {
    if (frame.kind === 'resize') pty.resize(frame.size);
    // What came before is with the command, or waits in its order.
    if (frame.kind === 'end') pty.end();
    if (frame.kind !== 'bytes') continue;
    waiting++;
    connection.pause();
    void pty.write(frame.bytes).then(() => {
      if (--waiting === 0) connection.resume();
    });
  }
});
for (const event of ['end', 'error', 'close']) connection.on(event, () => process.exit(0));
process.on('SIGTERM', () => finish({ code: null, reason: 'stopped' }));

pty.onExit(({ code, signal }) => {
  const killed = signal === SIGKILL || code === 128 + SIGKILL;
  finish(killed ? { code: null, reason: 'killed' } : { code, reason: 'exited' });
});
