import { describe, expect, test } from 'vitest';
import { runStatesOf, timeoutLabel, timeoutOf, updateStatus, updateStatuses } from './stack-update.ts';
import { updateOutput } from './update-output.ts';

describe('the status of an update', () => {
  test('is the one whose filter finds its run', () => {
    for (const status of updateStatuses) {
      for (const state of runStatesOf[status]) expect(updateStatus(state)).toBe(status);
    }
    expect(updateStatus('superseded')).toBe('canceled');
  });
});

describe('the time of an update', () => {
  const hour = 60 * 60_000;
  test.each([
    ['an hour when nothing is said', {}, undefined, hour],
    ['what the label says', { [timeoutLabel]: '30' }, undefined, hour / 2],
    ['what was asked for, whatever the label says', { [timeoutLabel]: '30' }, 90, 1.5 * hour],
    ['an hour when the label is no number', { [timeoutLabel]: 'soon' }, undefined, hour],
    ['a day at most', { [timeoutLabel]: '9999' }, undefined, 24 * hour],
  ])('is %s', (_, labels, asked, expected) => {
    expect(timeoutOf(labels, asked)).toBe(expected);
  });
});

describe('the output of an update', () => {
  const facts = { status: 'failed', at: new Date(0), stackFqdn: 'o/p/s', exitCode: 1, error: 'why' } as const;
  async function* pages(...lines: { stream: 'stdout' | 'stderr' | 'event' | 'system'; content: string }[]) {
    yield lines;
  }

  test('is what older clients read: both streams, the exit code, and the error', async () => {
    const text = await updateOutput(
      facts,
      pages(
        { stream: 'system', content: 'davit' },
        { stream: 'stdout', content: 'a' },
        { stream: 'event', content: '{}' },
        { stream: 'stderr', content: 'b' },
        { stream: 'stdout', content: 'c' },
      ),
    );
    expect(JSON.parse(text)).toEqual({
      status: 'failed',
      timestamp: '1970-01-01T00:00:00.000Z',
      stack_fqdn: 'o/p/s',
      stdout: 'a\nc\n',
      stderr: 'b\n',
      exit_code: 1,
      error: 'why',
    });
  });

  test('keeps the end of a flood', async () => {
    const flood = Array.from({ length: 10_000 }, (_, n) => ({
      stream: 'stdout' as const,
      content: `${n} ${'x'.repeat(100)}`,
    }));
    const { stdout } = JSON.parse(await updateOutput({ ...facts, error: null }, pages(...flood))) as { stdout: string };
    expect(stdout.length).toBe(256 * 1024);
    expect(stdout.endsWith(`9999 ${'x'.repeat(100)}\n`)).toBe(true);
  });
});
