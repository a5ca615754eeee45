import { describe, expect, test } from 'vitest';
import type { Service } from '../../../data/use-services.ts';
import { changesOf, valuesOf } from './service-form.ts';
import { settingLabels } from './setting-labels.ts';

const service: Service = {
  id: 'svc_1',
  projectId: 'prj_1',
  environmentId: 'env_1',
  name: 'web',
  kind: 'web',
  url: null,
  source: {
    type: 'git',
    url: 'https://host/a.git',
    reference: null,
    rootFolder: '',
    submodules: false,
    lfs: false,
    knownHosts: null,
  },
  defaultLimits: { memoryMb: 1024, cpus: null },
  hasSourceCredential: true,
  settings: {
    build: {
      installCommand: null,
      buildCommand: null,
      startCommand: null,
      builder: null,
      dockerfilePath: null,
      target: null,
      buildArgs: {},
      platform: null,
      watchPaths: [],
      timeoutMinutes: 30,
    },
    port: null,
    replicas: 2,
    responseHeaders: {},
    processes: { worker: 3 },
    memoryMb: null,
    cpus: null,
    healthCheck: { path: null, intervalSeconds: 0.25, timeoutSeconds: 60 },
    restart: { policy: 'always', maxRestarts: 10 },
    readOnlyRoot: false,
    releaseCommand: null,
    drainSeconds: 30,
    stopGraceSeconds: 10,
    schedule: null,
    logRetention: { maxMegabytes: 256, maxDays: 14 },
  },
  desiredState: 'running',
  activeReleaseId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

describe('what a form changes of a service', () => {
  test('is nothing as long as nothing is changed', () => {
    expect(changesOf(service, valuesOf(service))).toEqual({ body: {}, paths: [] });
  });

  test('is only what differs, so that what somebody else changes stays', () => {
    const values = valuesOf(service);
    const build = { ...values.settings?.build, startCommand: 'node a.js', watchPaths: ['src/**'] };
    const changes = changesOf(service, {
      ...values,
      name: 'api',
      settings: { ...values.settings, build, memoryMb: 64 },
    });
    expect(changes.body).toEqual({
      name: 'api',
      settings: { build: { startCommand: 'node a.js', watchPaths: ['src/**'] }, memoryMb: 64 },
    });
    expect(changes.paths).toEqual([
      'name',
      'settings.build.startCommand',
      'settings.build.watchPaths',
      'settings.memoryMb',
    ]);
  });

  test('is the whole source when a part of it changes, as the server takes it', () => {
    const source = { type: 'git' as const, url: 'https://host/a.git', reference: { branch: 'next' } };
    const changes = changesOf(service, { ...valuesOf(service), source });
    expect(changes.body).toEqual({ source });
    expect(changes.paths).toEqual(['source.reference']);
    expect(changesOf(service, { source: { type: 'upload', rootFolder: '' } }).paths).toEqual(['source.type']);
  });

  test('is a credential only when one is given or forgotten', () => {
    const values = valuesOf(service);
    expect(changesOf(service, { ...values, sourceCredential: null }).body).toEqual({ sourceCredential: null });
    const sourceCredential = { kind: 'token' as const, token: 'x' };
    expect(changesOf(service, { ...values, sourceCredential })).toEqual({
      body: { sourceCredential },
      paths: ['sourceCredential'],
    });
  });

  test('never is how many instances run: that is changed at once', () => {
    expect(JSON.stringify(valuesOf(service))).not.toMatch(/replicas|processes/);
  });
});

test('each field of the form has a name for what has changed', () => {
  const { settings, source } = valuesOf(service);
  const leaves = (value: object, prefix: string): string[] =>
    Object.entries(value).flatMap(([name, field]) =>
      typeof field === 'object' && field !== null && !Array.isArray(field)
        ? leaves(field as object, `${prefix}.${name}`)
        : [`${prefix}.${name}`],
    );
  const paths = ['name', 'sourceCredential', ...leaves(source ?? {}, 'source'), ...leaves(settings ?? {}, 'settings')];
  expect(paths.filter((path) => settingLabels[path] === undefined)).toEqual([]);
});
