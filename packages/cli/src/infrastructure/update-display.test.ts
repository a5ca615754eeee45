import { describe, expect, test } from 'vitest';
import type { OutputLine, Run } from '../deploy/run-display.ts';
import { createStyle } from '../terminal/style.ts';
import { formatChanges } from './follow-update.ts';
import { formatResource } from './resource-line.ts';
import { createLiveUpdateDisplay } from './update-display.ts';

const style = createStyle(false);
const urnOf = (name: string): string => `urn:pulumi:prod::shop::aws:s3/bucket:Bucket::${name}`;
const event = (name: string, changes: object = {}) => ({
  type: 'resource',
  at: '2026-01-01T00:00:00.000Z',
  urn: urnOf(name),
  parent: null,
  resourceType: 'aws:s3/bucket:Bucket',
  operation: 'create',
  state: 'started',
  durationMs: null,
  ...changes,
});
const row = (name: string, depth: number, durationMs: number | null) => ({
  resource: {
    urn: urnOf(name),
    parent: null,
    name,
    type: 'aws:s3/bucket:Bucket',
    operation: 'create',
    state: durationMs === null ? ('started' as const) : ('succeeded' as const),
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs,
    diagnostics: [],
    line: 1,
  },
  depth,
  childCount: 0,
  position: 1,
  siblings: 1,
});

describe('what happens to a resource', () => {
  test('is one line, below its parent', () => {
    expect(formatResource(row('archive', 0, null), style, '*')).toBe('* archive aws:s3:Bucket create');
    expect(formatResource(row('rule', 1, 2100), style, '*')).toBe('  ✓ rule aws:s3:Bucket create 2.1s');
  });

  test('is never a control character of a name', () => {
    expect(formatResource(row('a\u001b[2Jb', 0, null), style, '*')).not.toContain('\u001b');
  });

  test('comes to a count of each operation', () => {
    expect(formatChanges({ create: 2, same: 1, update: 0 })).toBe('2 create, 1 same');
    expect(formatChanges(null)).toBe('nothing');
  });
});

test('the live tree shows each resource once, as it is now, below its parent, and errors stay above it', () => {
  let written = '';
  const display = createLiveUpdateDisplay({ columns: 100, rows: 30, write: (text) => (written += text) }, style);
  let seq = 0;
  const line = (stream: OutputLine['stream'], content: string): OutputLine => ({
    seq: ++seq,
    at: '2026-01-01T00:00:00.000Z',
    step: 'apply',
    stream,
    content,
  });
  display.update({ state: 'running', steps: [] } as unknown as Run);
  display.output([
    line('system', 'Credential prod: the only one for aws.'),
    line('event', JSON.stringify(event('archive'))),
    line('event', JSON.stringify(event('rule', { parent: urnOf('archive') }))),
    line('stdout', 'a line of the program'),
    line('event', JSON.stringify({ type: 'diagnostic', urn: null, severity: 'error', message: 'no such luck' })),
    line('event', JSON.stringify(event('archive', { state: 'failed', durationMs: 1000 }))),
  ]);
  expect(written.match(/error no such luck/g)).toHaveLength(1);
  written = '';
  display.close();
  expect(written).toContain('✗ archive aws:s3:Bucket create 1.0s\n  · rule');
  expect(written.match(/archive/g)).toHaveLength(1);
  expect(written).not.toContain('a line of the program');
});
