import { expect, test } from 'vitest';
import { createStyle } from '../terminal/style.ts';
import { createLiveRunDisplay } from './live-run-display.ts';
import { createPlainRunDisplay } from './plain-run-display.ts';
import type { OutputLine, Run } from './run-display.ts';

const at = '2026-01-01T00:00:00.000Z';
const style = createStyle(false);

type State = Run['steps'][number]['state'];

function runWith(steps: Readonly<Record<string, State>>): Run {
  return {
    state: 'running',
    steps: Object.entries(steps).map(([name, state]) => ({
      name,
      state,
      attempt: 1,
      detail: null,
      startedAt: state === 'pending' ? null : at,
      finishedAt: state === 'pending' || state === 'running' ? null : '2026-01-01T00:00:01.500Z',
    })),
  } as Run;
}

const line = (step: string, content: string): OutputLine => ({ seq: 1, at, step, stream: 'stdout', content });

test('plain: steps as they begin and end, once each, and lines that say whose they are', () => {
  const lines: string[] = [];
  const display = createPlainRunDisplay((text) => lines.push(text), style);
  display.update(runWith({ fetch: 'running', build: 'pending' }));
  display.update(runWith({ fetch: 'succeeded', build: 'running' }));
  display.output([line('fetch', 'late'), line('build', 'compiling \u001b[2J\u001b[31mred')]);
  display.update(runWith({ fetch: 'succeeded', build: 'failed', start: 'skipped' }));
  expect(lines).toEqual([
    '→ fetch',
    '✓ fetch 1.5s',
    '→ build',
    '  fetch | late',
    '  build | compiling red',
    '✗ build 1.5s',
  ]);
});

test('live: output of a build cannot move the cursor or clear the screen', () => {
  let written = '';
  const display = createLiveRunDisplay({ columns: 60, rows: 20, write: (text: string) => (written += text) }, style);
  try {
    display.output([line('build', 'evil \u001b[10A\u001b]52;c;eA==\u0007\u001b[2Jdone')]);
    display.update(runWith({ fetch: 'succeeded', build: 'running' }));
  } finally {
    display.close();
  }
  expect(written).toContain('✓ fetch 1.5s\n');
  expect(written).toContain('evil done');
  expect(written).not.toMatch(/\u001b\[10A|\u001b\]|\u001b\[2J/);
  // The cursor is there again at the end.
  expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
});

test('live: what ends while a question is asked is shown after it', () => {
  let written = '';
  const display = createLiveRunDisplay({ columns: 60, rows: 20, write: (text: string) => (written += text) }, style);
  try {
    display.update(runWith({ fetch: 'running' }));
    display.pause();
    written = '';
    display.update(runWith({ fetch: 'succeeded', build: 'running' }));
    expect(written).toBe('');
    display.resume();
    expect(written).toContain('✓ fetch 1.5s');
  } finally {
    display.close();
  }
});
