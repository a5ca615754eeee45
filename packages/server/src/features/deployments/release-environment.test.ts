import { describe, expect, test } from 'vitest';
import { davitVariables, secretValues } from './release-environment.ts';

describe('the variables that davit gives', () => {
  const facts = {
    service: { id: 'svc_1', name: 'web', url: 'http://web.example.org:8080' },
    project: 'shop',
    environment: 'production',
    deploymentId: 'dep_1',
    commit: { sha: 'abc', message: 'Add: "quotes"' },
    branch: 'main',
  };

  test('tell a service what and where it is', () => {
    expect(davitVariables(facts)).toEqual({
      DAVIT: '1',
      DAVIT_SERVICE_ID: 'svc_1',
      DAVIT_SERVICE_NAME: 'web',
      DAVIT_PROJECT_NAME: 'shop',
      DAVIT_ENVIRONMENT_NAME: 'production',
      DAVIT_DEPLOYMENT_ID: 'dep_1',
      DAVIT_PUBLIC_URL: 'http://web.example.org:8080',
      DAVIT_PUBLIC_DOMAIN: 'web.example.org:8080',
      DAVIT_GIT_COMMIT: 'abc',
      DAVIT_GIT_COMMIT_MESSAGE: 'Add: "quotes"',
      DAVIT_GIT_BRANCH: 'main',
    });
  });

  test('name no URL, commit or branch where there is none', () => {
    const names = Object.keys(
      davitVariables({ ...facts, service: { ...facts.service, url: null }, commit: null, branch: null }),
    );
    expect(names.filter((name) => /PUBLIC|GIT/.test(name))).toEqual([]);
  });
});

describe('values that are hidden in output', () => {
  test.each([
    'hunter2!hunter2',
    'postgres://app:secret@db/app',
    'a1b2c3d4',
    'abcdefghijklmnopqrstuvwx',
    '4111111111111111',
    '-----BEGIN KEY-----\nMIIC\n-----END KEY-----',
    'correct horse battery',
  ])('%j', (value) => {
    expect(secretValues({ A: value })).toEqual([value]);
  });

  test.each(['', '1', 'true', 'production', 'debug-mode', '3000', '127.0.0.1', '20260101', 'abc1234'])(
    'but not %j, which stands in half of all lines and is no secret',
    (value) => {
      expect(secretValues({ A: value })).toEqual([]);
    },
  );
});
