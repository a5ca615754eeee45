import { expect, test } from 'vitest';
import { createStackProgress } from './stack-progress.ts';

const stack = 'urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod';
const urnOf = (name: string): string => `urn:pulumi:prod::shop::aws:s3/bucket:Bucket::${name}`;
const at = '2026-01-01T00:00:00.000Z';

function createLines() {
  let number = 0;
  const line = (content: object | string, step = 'apply', stream = 'event') => ({
    number: ++number,
    step,
    stream,
    content: typeof content === 'string' ? content : JSON.stringify(content),
  });
  const resource = (urn: string, parent: string | null, changes: object = {}) => ({
    type: 'resource',
    at,
    urn,
    parent,
    resourceType: 'aws:s3/bucket:Bucket',
    operation: 'create',
    state: 'started',
    durationMs: null,
    ...changes,
  });
  return { line, resource };
}

test('each resource stands below its parent, as its last event left it', () => {
  const progress = createStackProgress();
  const { line, resource } = createLines();
  progress.take(line(resource(stack, null)));
  progress.take(line(resource(urnOf('a'), stack)));
  progress.take(line(resource(urnOf('other'), null)));
  progress.take(line(resource(urnOf('b'), urnOf('a'))));
  progress.take(line(resource(urnOf('a'), null, { state: 'succeeded', durationMs: 1200 })));
  const seen = progress.rows().map(({ resource: { name, state }, depth, position, siblings }) => ({
    name,
    state,
    depth,
    place: `${position}/${siblings}`,
  }));
  expect(seen).toEqual([
    { name: 'shop-prod', state: 'started', depth: 0, place: '1/2' },
    { name: 'a', state: 'succeeded', depth: 1, place: '1/1' },
    { name: 'b', state: 'started', depth: 2, place: '1/1' },
    { name: 'other', state: 'started', depth: 0, place: '2/2' },
  ]);
  expect(progress.rows((urn) => urn === urnOf('a')).map(({ resource: { name } }) => name)).not.toContain('b');
});

test('a diagnostic is told at its resource, and gone when the resource is tried again after its failure', () => {
  const progress = createStackProgress();
  const { line, resource } = createLines();
  const said = { type: 'diagnostic', urn: urnOf('a'), severity: 'error', message: 'AccessDenied' };
  progress.take(line(resource(urnOf('a'), stack)));
  progress.take(line(said));
  progress.take(line(resource(urnOf('a'), stack, { state: 'failed', durationMs: 10 })));
  expect(progress.resources.get(urnOf('a'))?.diagnostics).toEqual([
    { severity: 'error', message: 'AccessDenied', line: 2 },
  ]);
  progress.take(line(resource(urnOf('a'), stack)));
  expect(progress.resources.get(urnOf('a'))?.diagnostics).toEqual([]);
});

test('what a program prints is not said of the stack; what is said of no resource stands alone', () => {
  const progress = createStackProgress();
  const { line, resource } = createLines();
  progress.take(line(resource(stack, null)));
  expect(progress.take(line({ type: 'diagnostic', urn: stack, severity: 'info', message: 'hello' }))).toBe(false);
  expect(progress.take(line({ type: 'diagnostic', urn: null, severity: 'warning', message: 'old plugin' }))).toBe(true);
  expect(progress.resources.get(stack)?.diagnostics).toEqual([]);
  expect(progress.diagnostics).toEqual([{ severity: 'warning', message: 'old plugin', line: 3 }]);
});

test('an update after its preview begins anew, a cleanup goes on', () => {
  const progress = createStackProgress();
  const { line, resource } = createLines();
  progress.take(line(resource(urnOf('a'), stack), 'preview'));
  progress.take(line({ type: 'summary', at, changes: { create: 1 }, durationMs: 5 }, 'preview'));
  expect(progress.step).toBe('preview');
  expect(progress.summary?.changes).toEqual({ create: 1 });
  progress.take(line(resource(urnOf('b'), stack), 'apply'));
  expect(progress.step).toBe('apply');
  expect([...progress.resources.keys()]).toEqual([urnOf('b')]);
  expect(progress.summary).toBeUndefined();
  progress.take(line(resource(urnOf('b'), stack, { state: 'succeeded', durationMs: 1 }), 'cleanup'));
  expect(progress.resources.get(urnOf('b'))).toMatchObject({ state: 'succeeded', durationMs: 1 });
});

test('downloads are told, and a line that is no event changes nothing', () => {
  const progress = createStackProgress();
  const { line } = createLines();
  progress.take(line({ type: 'download', at, id: 'aws', message: 'aws 7.0', received: 5, total: 10, done: false }));
  progress.take(line({ type: 'download', at, id: 'aws', message: 'aws 7.0', received: 10, total: 10, done: true }));
  expect([...progress.downloads.values()]).toMatchObject([{ id: 'aws', done: true }]);
  expect(progress.take(line('{"type":"resource"', 'apply', 'event'))).toBe(false);
  expect(progress.take(line({ type: 'tomorrow' }))).toBe(false);
  expect(progress.take(line('{"type":"resource"}', 'apply', 'stdout'))).toBe(false);
});
