import { describe, expect, test } from 'vitest';
import { mergeSettings, serviceSettings, serviceSettingsPatch } from './service-settings.ts';

const defaults = serviceSettings.parse({});
const isAllowed = (patch: object) => serviceSettingsPatch.safeParse(patch).success;

describe('settings of a service', () => {
  test('are whole where nothing was set', () => {
    expect(defaults).toMatchObject({
      build: { installCommand: null, watchPaths: [], timeoutMinutes: 30 },
      replicas: 1,
      processes: {},
      memoryMb: null,
      healthCheck: { path: null, intervalSeconds: 0.25, timeoutSeconds: 60 },
      restart: { policy: 'always', maxRestarts: 10 },
      drainSeconds: 30,
      stopGraceSeconds: 10,
      schedule: null,
      logRetention: { maxMegabytes: 256, maxDays: 14 },
    });
  });

  test('that were stored before a setting existed get its default', () => {
    expect(serviceSettings.parse({ replicas: 2, build: { buildCommand: 'make' } })).toMatchObject({
      replicas: 2,
      build: { buildCommand: 'make', timeoutMinutes: 30 },
    });
  });

  test('are merged field by field within their groups', () => {
    const first = mergeSettings(defaults, { build: { buildCommand: 'make' }, restart: { maxRestarts: 3 } });
    const second = mergeSettings(first, { build: { timeoutMinutes: 5 }, memoryMb: 512 });
    expect(second).toEqual({
      ...defaults,
      build: { ...defaults.build, buildCommand: 'make', timeoutMinutes: 5 },
      restart: { policy: 'always', maxRestarts: 3 },
      memoryMb: 512,
    });
  });

  test('go back to their default by null, where null is a value', () => {
    const set = mergeSettings(defaults, { memoryMb: 512, build: { buildCommand: 'make' }, healthCheck: { path: '/' } });
    const back = { memoryMb: null, build: { buildCommand: null }, healthCheck: { path: null } };
    expect(mergeSettings(set, back)).toEqual(defaults);
    expect(isAllowed({ replicas: null })).toBe(false);
  });

  test('name the counts of processes as a whole', () => {
    const set = mergeSettings(defaults, { processes: { mailer: 2, clock: 1 } });
    expect(mergeSettings(set, { processes: { clock: 0 } }).processes).toEqual({ clock: 0 });
    expect(mergeSettings(set, { replicas: 2 }).processes).toEqual({ mailer: 2, clock: 1 });
  });

  test.each([
    { unknown: 1 },
    { build: { unknown: 1 } },
    { replicas: -1 },
    { replicas: 1.5 },
    { port: 0 },
    { port: 65_536 },
    { memoryMb: 15 },
    { cpus: 0 },
    { processes: { 'a b': 1 } },
    { processes: { mailer: 51 } },
    { healthCheck: { path: 'no-slash' } },
    { healthCheck: { path: '/a b' } },
    { healthCheck: { path: '/a\r\nHost: evil' } },
    { healthCheck: { intervalSeconds: 0 } },
    { restart: { policy: 'sometimes' } },
    { releaseCommand: ' ' },
    { releaseCommand: 'a\0b' },
    { build: { startCommand: 'x'.repeat(4097) } },
    { build: { dockerfilePath: '../Dockerfile' } },
    { build: { dockerfilePath: '/Dockerfile' } },
    { build: { dockerfilePath: '$(id)' } },
    { build: { dockerfilePath: '-f' } },
    { build: { dockerfilePath: 'a/-b' } },
    { build: { dockerfilePath: 'a\nb' } },
    { build: { dockerfilePath: "'a'" } },
    { build: { target: '--network=host' } },
    { build: { target: 'a;b' } },
    { build: { target: 'a\n' } },
    { build: { buildArgs: { '-x': '1' } } },
    { build: { buildArgs: { 'A=B': '1' } } },
    { build: { buildArgs: { A: 'a\nb' } } },
    { build: { buildArgs: { BUILDKIT_SYNTAX: 'evil/frontend' } } },
    { build: { buildArgs: { davit_x: '1' } } },
    { build: { platform: 'linux/amd64,linux/arm64' } },
    { build: { platform: '--push' } },
    { build: { watchPaths: ['a\\b'] } },
    { build: { watchPaths: [''] } },
    { build: { timeoutMinutes: 241 } },
    { schedule: 'every day' },
    { schedule: '0 0 31 2 *' },
    { logRetention: { maxDays: 0 } },
  ])('are refused: %j', (patch) => {
    expect(isAllowed(patch)).toBe(false);
  });

  test.each([
    { schedule: '*/5 * * * *' },
    { schedule: '@daily' },
    { healthCheck: { path: '/up?deep=1' } },
    { build: { watchPaths: ['apps/web/**', '*.json'] } },
    { build: { startCommand: 'a && b | c; echo "$X"' } },
    { processes: { mailer: 0 } },
    { build: { dockerfilePath: 'deploy/web.Dockerfile', target: 'app', platform: 'linux/amd64' } },
    { build: { buildArgs: { A: '--b "c" $(d), e=f', _1: '' } } },
  ])('are taken: %j', (patch) => {
    expect(isAllowed(patch)).toBe(true);
  });
});
