import { expect, test } from 'vitest';
import { formatSettings, parseSettings, withDefaultLimits } from './setting-words.ts';

test('numbers, lists and truth are read as such, commands and paths as text', () => {
  const words = [
    'memoryMb=512',
    'cpus=0.5',
    'healthCheck.path=/up',
    'healthCheck.timeoutSeconds=5',
    'build.startCommand=node "a b.js" --x=1',
    'build.watchPaths=["src/**"]',
    'releaseCommand=123',
    'processes={"worker":2}',
    'port=null',
    'schedule=',
    'responseHeaders.Strict-Transport-Security=max-age=31536000',
    'responseHeaders.X-Count=5',
  ];
  expect(parseSettings(words)).toEqual({
    memoryMb: 512,
    cpus: 0.5,
    healthCheck: { path: '/up', timeoutSeconds: 5 },
    build: { startCommand: 'node "a b.js" --x=1', watchPaths: ['src/**'] },
    releaseCommand: '123',
    processes: { worker: 2 },
    port: null,
    schedule: null,
    responseHeaders: { 'Strict-Transport-Security': 'max-age=31536000', 'X-Count': '5' },
  });
});

test.each(['memoryMb', '=1', 'a.b.c=1', 'memoryMb=lots', '__proto__=1'])('%j is wrong usage', (word) => {
  expect(() => parseSettings([word])).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
});

test('what is shown can be typed back', () => {
  const settings = { port: null, build: { startCommand: 'npm start', watchPaths: ['a'] }, processes: {} };
  expect(formatSettings(settings)).toEqual([
    ['port', 'null'],
    ['build.startCommand', 'npm start'],
    ['build.watchPaths', '["a"]'],
    ['processes', '{}'],
  ]);
});

test('beside what is not set stands what the platform sets', () => {
  const rows = formatSettings({ memoryMb: null, cpus: null, port: null });
  expect(withDefaultLimits(rows, { memoryMb: 1024, cpus: null })).toEqual([
    ['memoryMb', 'null (1024 by default)'],
    ['cpus', 'null'],
    ['port', 'null'],
  ]);
  const own = formatSettings({ memoryMb: 64 });
  expect(withDefaultLimits(own, { memoryMb: 1024 })).toEqual(own);
});
