import { expect, test } from 'vitest';
import { hostEnvironment } from './host-environment.ts';

test('other programs see how to find programs, homes, registries, proxies and certificates', () => {
  const passed = {
    PATH: '/bin',
    HOME: '/root',
    LC_ALL: 'C',
    npm_config_registry: 'http://127.0.0.1/npm',
    PIP_INDEX_URL: 'http://127.0.0.1/pypi',
    HTTPS_PROXY: 'http://127.0.0.1:3128',
    no_proxy: 'localhost',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    GOPROXY: 'off',
  };
  expect(hostEnvironment(passed)).toEqual(passed);
});

test('other programs see nothing of davit’s configuration, nor what would change how they start', () => {
  const kept = {
    DATABASE_URL: 'postgres://davit:secret@127.0.0.1/davit',
    ENCRYPTION_KEY: 'secret',
    JWT_SECRET: 'secret',
    DATA_DIR: '/data',
    GITHUB_CLIENT_SECRET: 'secret',
    PGPASSWORD: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_OPTIONS: '--require /tmp/evil.js',
    LD_PRELOAD: '/tmp/evil.so',
    MY_PATH: '/x',
    PATHOLOGICAL: 'x',
    UNDEFINED: undefined,
  };
  expect(hostEnvironment(kept)).toEqual({});
});
