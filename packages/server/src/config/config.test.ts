import { describe, expect, test } from 'vitest';
import type { AppError } from '../kernel/app-error.ts';
import { loadConfig } from './config.ts';

const home = { HOME: '/home/ada' };
const load = (env: Record<string, string> = {}, uid = 1000) => loadConfig({ ...home, ...env }, uid);

function errorOf(env: Record<string, string>): AppError {
  try {
    load(env);
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error('the configuration was accepted');
}

function faultsOf(env: Record<string, string>): Record<string, string> {
  const error = errorOf(env);
  expect(error.code).toBe('CONFIG_INVALID');
  return Object.fromEntries(error.fields.map(({ pointer, detail }) => [pointer.slice(1), detail]));
}

describe('an empty environment', () => {
  test('gives a server on loopback with the embedded database', () => {
    const config = load();
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 4000, baseUrl: undefined, trustedProxies: [] });
    expect(config.proxy).toEqual({ host: '127.0.0.1', port: 4080, baseDomain: 'localhost' });
    expect(config.database).toEqual({ url: undefined, maxConnections: 25, minConnections: 5, maxLifetimeSeconds: 300 });
    expect(config.auth).toEqual({ accessExpirySeconds: 900, refreshExpirySeconds: 604_800, openRegistration: false });
    expect(config.givenSecrets).toEqual({ jwtSecret: undefined, rootKey: undefined, rootKeyFile: undefined });
    expect(config.notices).toEqual([]);
  });

  test.each([
    [0, {}, '/var/lib/davit'],
    [1000, {}, '/home/ada/.local/share/davit'],
    [1000, { XDG_DATA_HOME: '/data' }, '/data/davit'],
    [0, { DATA_DIR: '/srv/davit' }, '/srv/davit'],
  ])('of user %i with %o keeps its data in %s', (uid, env, expected) => {
    expect(load(env, uid).paths).toMatchObject({ dataDir: expected, buildDir: `${expected}/builds` });
  });
});

describe('values', () => {
  test.each([
    ['300', 300],
    ['90s', 90],
    ['15m', 900],
    ['168h', 604_800],
    ['7d', 604_800],
  ])('the duration %s is %i seconds', (text, seconds) => {
    expect(load({ DB_CONN_MAX_LIFETIME: text }).database.maxLifetimeSeconds).toBe(seconds);
  });

  test('that are empty count as unset', () => {
    expect(load({ PORT: '', DATABASE_URL: '', GITHUB_CLIENT_ID: '' }).http.port).toBe(4000);
  });

  test('a root key is 32 bytes, in base64 or hexadecimal', () => {
    const key = Buffer.alloc(32, 7);
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      expect(load({ ROOT_KEY: key.toString(encoding) }).givenSecrets.rootKey).toEqual(key);
    }
  });

  test('networks before davit are read as a list', () => {
    expect(load({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  });
});

describe('faults', () => {
  test('are all reported at once, each with its name and what is expected', () => {
    const faults = faultsOf({
      PORT: '70000',
      HOST: 'example.com',
      BASE_URL: 'davit.example.com',
      BASE_DOMAIN: 'a..b',
      DB_CONN_MAX_LIFETIME: 'soon',
      OPEN_REGISTRATION: 'maybe',
      LOG_LEVEL: 'loud',
      TRUSTED_PROXIES: '10.0.0.0/33',
      EXTRA_CA_FILE: '/nonexistent/ca.pem',
      AGENT_SOCKET: 'agent.sock',
    });
    expect(Object.keys(faults).sort()).toEqual([
      'AGENT_SOCKET',
      'BASE_DOMAIN',
      'BASE_URL',
      'DB_CONN_MAX_LIFETIME',
      'EXTRA_CA_FILE',
      'HOST',
      'LOG_LEVEL',
      'OPEN_REGISTRATION',
      'PORT',
      'TRUSTED_PROXIES',
    ]);
    expect(faults.PORT).toBe('"70000" is not valid; expected a port from 0 to 65535, where 0 lets the system choose');
    expect(faults.LOG_LEVEL).toBe('"loud" is not valid; expected debug, info, warn or error');
  });

  test('also stand in the message, a line each, for those who only see the terminal', () => {
    expect(() => load({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/wrong:\n {2}PORT: "x" .*\n {2}LOG_LEVEL: "y" /);
  });

  test('never show a secret', () => {
    const secrets = {
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      JWT_SECRET: 'hunter2',
      ROOT_KEY: 'hunter2',
      WEBHOOK_SECRET: 'hunter2',
      REGISTRY_PASSWORD: 'hunter2',
    };
    expect(Object.keys(faultsOf(secrets)).sort()).toEqual(Object.keys(secrets).sort());
    const error = errorOf(secrets);
    expect([error.message, error.stack, JSON.stringify(error)].join()).not.toContain('hunter2');
  });

  test.each([
    [{ PORT: '5000', PROXY_PORT: '5000' }, 'PROXY_PORT'],
    [{ BASE_URL: 'https://davit.example.com', BASE_DOMAIN: 'example.com' }, 'BASE_URL'],
    [{ BASE_URL: 'http://Davit.localhost:4000' }, 'BASE_URL'],
    [{ DB_MAX_IDLE_CONNS: '9', DB_MAX_OPEN_CONNS: '8' }, 'DB_MAX_IDLE_CONNS'],
    [{ JWT_ACCESS_EXPIRY: '2h', JWT_REFRESH_EXPIRY: '1h' }, 'JWT_REFRESH_EXPIRY'],
    [{ ROOT_KEY: '00'.repeat(32), ROOT_KEY_FILE: '/dev/null' }, 'ROOT_KEY_FILE'],
  ])('are also found between variables: %o', (env, name) => {
    expect(Object.keys(faultsOf(env))).toEqual([name]);
  });

  test('both ports may be chosen by the system', () => {
    expect(load({ PORT: '0', PROXY_PORT: '0' }).http.port).toBe(0);
  });
});

describe('parts that this version does not have', () => {
  test.each([
    ['RUNTIME', 'docker', 'auto or process'],
    ['RUNTIME', 'kubernetes', 'auto or process'],
    ['PROXY', 'caddy', 'embedded'],
  ])('%s=%s is refused by that name', (name, value, expected) => {
    expect(faultsOf({ [name]: value })).toEqual({
      [name]: `"${value}" is not available in this version of davit; expected ${expected}`,
    });
  });

  test('a variable that only they read is refused', () => {
    expect(faultsOf({ CADDY_ADMIN_URL: 'http://127.0.0.1:2019' })).toEqual({
      CADDY_ADMIN_URL: 'Caddy is not available in this version of davit; expected to be unset',
    });
  });

  test('a variable that other programs read too is reported and ignored', () => {
    expect(load({ DOCKER_HOST: 'unix:///run/docker.sock' }).notices).toEqual([
      'DOCKER_HOST has no effect: Docker is not available in this version of davit.',
    ]);
  });
});
