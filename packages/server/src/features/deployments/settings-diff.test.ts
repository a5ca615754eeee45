import { expect, test } from 'vitest';
import { serviceSettings } from '../services/index.ts';
import { compareSettings } from './settings-diff.ts';

const settings = (given: object) => serviceSettings.parse(given);

test('equal settings have no difference', () => {
  expect(compareSettings(settings({ memoryMb: 64 }), settings({ memoryMb: 64 }))).toEqual([]);
});

test('each field that differs is named with both values, also in a group', () => {
  const before = settings({ memoryMb: 64, build: { startCommand: 'a' } });
  const after = settings({ build: { startCommand: 'b', watchPaths: ['src/**'] } });
  expect(compareSettings(before, after)).toEqual([
    { path: 'build.startCommand', from: 'a', to: 'b' },
    { path: 'build.watchPaths', from: [], to: ['src/**'] },
    { path: 'memoryMb', from: 64, to: null },
  ]);
});

test('how many instances there are is no difference: it needs no deployment', () => {
  const after = settings({ replicas: 3, processes: { worker: 2 } });
  expect(compareSettings(settings({}), after)).toEqual([]);
});
