import { describe, expect, test } from 'vitest';
import type { OutputLine, Run } from '../deploy/run-display.ts';
import { createStyle } from '../terminal/style.ts';
import { formatChanges } from './follow-update.ts';
import { formatResource, parseStackEvent, partsOfUrn, type ResourceEvent } from './stack-event.ts';
import { createLiveUpdateDisplay } from './update-display.ts';

const style = createStyle(false);
const urn = (name: string, parents = '') => `urn:pulumi:prod::shop::${parents}aws:s3/bucket:Bucket::${name}`;
const event = (name: string, changes: Partial<ResourceEvent> = {}): ResourceEvent => ({
  type: 'resource',
  at: '2026-01-01T00:00:00.000Z',
  urn: urn(name),
  resourceType: 'aws:s3/bucket:Bucket',
  operation: 'create',
  state: 'started',
  durationMs: null,
  ...changes,
});

describe('what happens to a resource', () => {
  test('is one line, below its parent', () => {
    expect(formatResource(event('archive'), style, '*')).toBe('* archive aws:s3:Bucket create');
    const child = event('rule', { urn: urn('rule', 'aws:s3/bucket:Bucket$'), state: 'succeeded', durationMs: 2100 });
    expect(formatResource(child, style, '*')).toBe('  ✓ rule aws:s3:Bucket create 2.1s');
  });

  test('is never a control character of a name', () => {
    expect(partsOfUrn(urn('a\u001b[2Jb')).name).not.toContain('\u001b');
  });

  test('is nothing in a line that is no event', () => {
    expect(parseStackEvent('{"type":"summary","changes":{}}')).toBeUndefined();
    expect(parseStackEvent('***')).toBeUndefined();
    expect(parseStackEvent(JSON.stringify(event('a')))).toEqual(event('a'));
  });

  test('comes to a count of each operation', () => {
    expect(formatChanges({ create: 2, same: 1, update: 0 })).toBe('2 create, 1 same');
    expect(formatChanges(null)).toBe('nothing');
  });
});

test('the live tree shows each resource once, as it is now, and errors stay above it', () => {
  let written = '';
  const display = createLiveUpdateDisplay({ columns: 100, rows: 30, write: (text) => (written += text) }, style);
  const line = (stream: OutputLine['stream'], content: string): OutputLine => ({
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    step: 'apply',
    stream,
    content,
  });
  display.update({ state: 'running', steps: [] } as unknown as Run);
  display.output([
    line('system', 'Credential prod: the only one for aws.'),
    line('event', JSON.stringify(event('archive'))),
    line('stdout', 'a line of the program'),
    line('event', JSON.stringify({ type: 'diagnostic', urn: null, severity: 'error', message: 'no such luck' })),
    line('event', JSON.stringify(event('archive', { state: 'failed', durationMs: 1000 }))),
  ]);
  written = '';
  display.close();
  expect(written).toContain('✗ archive aws:s3:Bucket create 1.0s');
  expect(written.match(/archive/g)).toHaveLength(1);
  expect(written).not.toContain('a line of the program');
});
