import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { until } from '../../test/support/observe.ts';
import { LARGEST_FRAME_BYTES, OUTPUTS } from '../protocol/terminal-frames.ts';
import { openPipes } from './pipes.ts';

/** A command of the shell with pipes, and what comes of it. */
function start(script: string, ...words: string[]) {
  const command = openPipes({ argv: ['/bin/sh', '-c', script, 'sh', ...words], env: { PATH: '/usr/bin:/bin' } });
  const pieces: Buffer[] = [];
  command.onData((piece) => pieces.push(piece));
  const ended = new Promise<{ code: number; signal: number }>((resolve) => command.onExit(resolve));
  const wrote = (output: keyof typeof OUTPUTS) =>
    Buffer.concat(pieces.filter(([mark]) => mark === OUTPUTS[output]).map((piece) => piece.subarray(1)));
  return { command, pieces, ended, wrote };
}

test('its outputs stay apart, its input has an end, and its exit code is its own', async () => {
  const { command, ended, wrote } = start('cat; echo "got $1"; echo wrong >&2; exit 7', 'a word');
  await command.write(Buffer.from('line 1\nline 2\n'));
  command.end();
  expect(await ended).toEqual({ code: 7, signal: 0 });
  expect(wrote('stdout').toString()).toBe('line 1\nline 2\ngot a word\n');
  expect(wrote('stderr').toString()).toBe('wrong\n');
});

test('one that a signal ends has the code that shells give it', async () => {
  expect(await start('kill -TERM $$').ended).toEqual({ code: 143, signal: 15 });
  expect(await start('kill -KILL $$').ended).toEqual({ code: 137, signal: 9 });
});

test('one that cannot be started ends, too', async () => {
  const command = openPipes({ argv: ['/nowhere/davit-no-such-program'], env: {} });
  expect(await new Promise((resolve) => command.onExit(resolve))).toEqual({ code: 126, signal: 0 });
  // What is written to it goes nowhere, and nobody waits for it.
  await command.write(Buffer.from('x'));
  command.end();
});

test('what is written comes whole, in pieces that go into a frame, also when it is held back meanwhile', async () => {
  const bytes = randomBytes(600_000);
  const { command, pieces, ended, wrote } = start('cat');
  command.pause();
  const written = command.write(bytes);
  command.end();
  command.resume();
  await written;
  expect(await ended).toEqual({ code: 0, signal: 0 });
  expect(wrote('stdout').equals(bytes)).toBe(true);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(LARGEST_FRAME_BYTES);
});

test('what it leaves in the background is not waited for, and what it has written itself is there', async () => {
  const { ended, wrote } = start('sleep 1000 & echo $!; exit 3');
  expect(await ended).toEqual({ code: 3, signal: 0 });
  const left = Number(wrote('stdout').toString());
  // A signal to 0 would be one to whoever runs this test.
  expect(left).toBeGreaterThan(1);
  expect(process.kill(left, 0)).toBe(true);
  process.kill(left, 'SIGKILL');
  await until('that it is gone', () => {
    try {
      return !process.kill(left, 0);
    } catch {
      return true;
    }
  });
});
