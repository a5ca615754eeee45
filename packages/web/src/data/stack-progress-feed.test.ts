import { describe, expect, test } from 'vitest';
import type { NumberedLine } from './paged-lines.ts';
import type { RunOutputState } from './run-output.ts';
import { createStackProgressFeed } from './stack-progress-feed.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

const resource = (name: string, state: string) => ({
  type: 'resource',
  at: '2026-01-01T00:00:00.000Z',
  urn: `urn:pulumi:prod::shop::aws:s3/bucket:Bucket::${name}`,
  parent: null,
  resourceType: 'aws:s3/bucket:Bucket',
  operation: 'create',
  state,
  durationMs: null,
});

/** A run whose lines all are on the server, and some of them in the browser. */
function createOutput() {
  const stored: NumberedLine[] = [];
  const loaded = new Map<number, NumberedLine>();
  const listeners = new Set<() => void>();
  const reads: number[] = [];
  let isKnown = false;
  return {
    reads,
    write(content: string | object, { isLoaded = true } = {}): void {
      const stream = typeof content === 'string' ? 'stdout' : 'event';
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      const line = { number: stored.length + 1, content: text, stream, at: '', label: 'apply' } as const;
      stored.push(line);
      if (isLoaded) loaded.set(line.number, line);
    },
    tell(): void {
      isKnown = true;
      for (const listener of listeners) listener();
    },
    output: {
      state: () => ({ isKnown, lastLine: stored.length }) as RunOutputState,
      subscribe(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      line: (number: number) => loaded.get(number),
    },
    /** As the server answers: only events, two at a time. */
    read: async (after: number) => {
      reads.push(after);
      const found = stored.filter(({ number, stream }) => number > after && stream === 'event');
      return { lines: found.slice(0, 2), next: found.length > 2 ? (found[1]?.number ?? null) : null };
    },
  };
}

describe('the progress of a stack', () => {
  test('of an update that went on before is asked for, and then follows the lines as they come', async () => {
    const run = createOutput();
    for (const name of ['a', 'b', 'c']) {
      run.write(resource(name, 'started'), { isLoaded: false });
      run.write('a line of the program', { isLoaded: false });
    }
    const feed = createStackProgressFeed(run.output, run.read);
    await settled();
    expect(feed.version()).toBe(0);
    run.tell();
    await settled();
    expect([...feed.progress.resources.values()].map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(run.reads).toEqual([0, 3]);

    run.write(resource('a', 'succeeded'));
    run.tell();
    await settled();
    expect([...feed.progress.resources.values()].map(({ state }) => state)).toEqual([
      'succeeded',
      'started',
      'started',
    ]);
    expect(run.reads).toHaveLength(2);
    feed.stop();
  });

  test('has no gap where lines were missed, and takes none twice', async () => {
    const run = createOutput();
    run.write(resource('a', 'started'));
    const feed = createStackProgressFeed(run.output, run.read);
    run.tell();
    await settled();
    run.write(resource('b', 'started'), { isLoaded: false });
    run.write(resource('a', 'succeeded'));
    run.tell();
    await settled();
    expect([...feed.progress.resources.values()].map(({ name, state, line }) => [name, state, line])).toEqual([
      ['a', 'succeeded', 3],
      ['b', 'started', 2],
    ]);
    const version = feed.version();
    run.tell();
    await settled();
    expect(feed.version()).toBe(version);
    feed.stop();
  });
});
