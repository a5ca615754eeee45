import { describe, expect, test } from 'vitest';
import { nextCronTime } from './cron-schedule.ts';
import { deployBody, deploymentStatus, scaleBody } from './deployment.ts';
import { isWatched } from './watched-paths.ts';

test.each([
  ['queued', null, 'queued'],
  ['running', 'candidate', 'running'],
  ['waiting', null, 'running'],
  ['succeeded', 'active', 'active'],
  ['succeeded', 'retired', 'retired'],
  ['succeeded', null, 'skipped'],
  ['failed', 'abandoned', 'failed'],
  ['failed', null, 'failed'],
  ['canceled', 'abandoned', 'canceled'],
  ['superseded', null, 'superseded'],
])('a deployment whose run is %s and whose release is %s is %s', (state, release, status) => {
  expect(deploymentStatus({ state, reason: null }, release)).toBe(status);
});

describe('a change is watched', () => {
  test.each([
    [[], ['README.md'], true],
    [[], [], false],
    [['apps/web/**'], ['apps/web/src/deep/a.ts'], true],
    [['apps/web/**'], ['apps/api/a.ts'], false],
    [['apps/web/**', 'package.json'], ['README.md', 'package.json'], true],
    [['*.json'], ['apps/web/package.json'], false],
    [['**/*.json'], ['package.json'], true],
    [['apps/web'], ['apps/web'], true],
    [['**'], ['.github/workflows/ci.yml'], true],
    [['apps/web/**'], ['apps/web/.npmrc'], true],
    [['*'], ['.npmrc'], true],
    [['.npmrc'], ['.npmrc'], true],
    [['{.npmrc,.nvmrc}'], ['.nvmrc'], true],
    [['*.json'], ['.npmrc'], false],
    [['./apps/*.ts'], ['apps/a.ts'], true],
    [['apps/web/'], ['apps/web/src/a.ts'], true],
    [['a/**/b/*.ts'], ['a/b/x/b/c.ts'], true],
    [['a/**/b'], ['a/b/c'], false],
    [['apps/{web,api}/*.{ts,tsx}'], ['apps/api/a.tsx'], true],
    [['apps/{web,api}/*.{ts,tsx}'], ['apps/cli/a.ts'], false],
    [['?.ts'], ['ab.ts'], false],
    [['a.ts'], ['abts'], false],
  ])('by %j when %j changed: %s', (patterns, changed, watched) => {
    expect(isWatched(patterns, changed)).toBe(watched);
  });
});

// Each of these keeps a matcher that tries every way busy for ever: then the test, and the server, never end.
test.each([
  [`${'*a'.repeat(100)}b`, 'a'.repeat(200)],
  [`${'**/a/'.repeat(100)}b`, `${'a/'.repeat(200)}c`],
  ['{a,b}'.repeat(200), 'a'.repeat(200)],
])('a pattern that is made to take for ever does not: %s', (pattern, path) => {
  expect(isWatched([pattern], [path])).toBe(false);
});

describe('the next time of a schedule', () => {
  const at = new Date('2026-03-28T23:59:30Z');

  test.each([
    ['*/5 * * * *', '2026-03-29T00:00:00.000Z'],
    // In UTC: no hour is skipped or doubled when clocks are changed.
    ['30 2 * * *', '2026-03-29T02:30:00.000Z'],
    ['0 0 29 2 *', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (schedule, next) => {
    expect(nextCronTime(schedule, at)?.toISOString()).toBe(next);
  });

  test('comes after the moment itself, and never without a schedule', () => {
    expect(nextCronTime('0 0 * * *', new Date('2026-03-29T00:00:00Z'))?.toISOString()).toBe('2026-03-30T00:00:00.000Z');
    expect(nextCronTime(null, at)).toBeNull();
  });
});

test('a deployment names at most one reference, and a scale no more than may run', () => {
  expect(deployBody.parse({})).toEqual({ onlyIfChanged: false });
  expect(deployBody.safeParse({ reference: { branch: 'main', tag: 'v1' } }).success).toBe(false);
  expect(deployBody.safeParse({ reference: { commit: 'HEAD' } }).success).toBe(false);
  expect(scaleBody.safeParse({ replicas: 51 }).success).toBe(false);
  expect(scaleBody.safeParse({ processes: { '../x': 1 } }).success).toBe(false);
  expect(scaleBody.safeParse({ replicas: 0, processes: { mailer: 50 } }).success).toBe(true);
});
