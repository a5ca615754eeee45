import { writeSync } from 'node:fs';
import type { Frame } from '../frame.ts';

/** Whoever reads cuts lines at 32,768 characters: a frame that is cut is none. */
const longestFrame = 32_000;

/** The file may be a pipe that is full: then the write is tried again, so that no line is lost at exit. */
function writeAll(bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

/** Writes a frame at once: what was written is there, however the process ends. */
export function writeFrame(frame: Frame): void {
  const json = JSON.stringify(frame);
  if (json.length <= longestFrame) {
    writeAll(Buffer.from(`${json}\n`));
  } else if (frame.type === 'line') {
    const middle = Math.floor(frame.text.length / 2);
    writeFrame({ ...frame, text: frame.text.slice(0, middle) });
    writeFrame({ ...frame, text: frame.text.slice(middle) });
  } else if (frame.type === 'diagnostic') {
    writeFrame({ ...frame, message: `${frame.message.slice(0, frame.message.length / 2)} …` });
  }
}

/** Turns chunks of a stream into line frames; a line without an end waits for it. */
export function createLineFrames(stream: 'stdout' | 'stderr'): { push(text: string): void; end(): void } {
  let rest = '';
  const write = (text: string) => writeFrame({ type: 'line', stream, text: text.replace(/\r$/, '') });
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) write(line);
    },
    end() {
      if (rest !== '') write(rest);
      rest = '';
    },
  };
}

/** From now on what JavaScript writes to standard output and error becomes frames. */
export function captureConsole(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const frames = createLineFrames(name);
    process[name].write = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
      frames.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = more.find((each) => typeof each === 'function') as (() => void) | undefined;
      if (done !== undefined) process.nextTick(done);
      return true;
    };
    process.on('exit', () => frames.end());
  }
}
