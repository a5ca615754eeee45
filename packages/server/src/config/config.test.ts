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
    expect(config.proxy).toMatchObject({
      type: 'embedded',
      host: '127.0.0.1',
      port: 4080,
      baseDomain: 'localhost',
    });
    expect(config.dnsServers).toEqual([]);
    expect(config.database).toEqual({ url: undefined, maxConnections: 25, minConnections: 5, maxLifetimeSeconds: 300 });
    expect(config.auth).toEqual({
      accessExpirySeconds: 900,
      refreshExpirySeconds: 604_800,
      openRegistration: false,
      organizationsPerAccount: 10,
    });
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

  test('a proxy on this machine without a token is told of, since it will not be believed', () => {
    for (const TRUSTED_PROXIES of ['127.0.0.1', '10.0.0.0/8,::1', '127.0.0.0/8']) {
      expect(load({ TRUSTED_PROXIES }).notices).toEqual([expect.stringContaining('TRUSTED_PROXY_TOKEN')]);
      expect(load({ TRUSTED_PROXIES, TRUSTED_PROXY_TOKEN: 't'.repeat(32) }).notices).toEqual([]);
      expect(load({ TRUSTED_PROXIES, PROXY: 'caddy' }).notices).toEqual([]);
    }
    expect(load({ TRUSTED_PROXIES: '10.0.0.0/8' }).notices).toEqual([]);
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
      REGISTRY_PASSWORD: 'hunter2 ',
      TRUSTED_PROXY_TOKEN: 'hunter2',
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
    [{ REGISTRY_URL: 'https://r', REGISTRY_USERNAME: 'robot' }, 'REGISTRY_PASSWORD'],
    [{ REGISTRY_USERNAME: 'robot', REGISTRY_PASSWORD: 'p' }, 'REGISTRY_URL'],
  ])('are also found between variables: %o', (env, name) => {
    expect(Object.keys(faultsOf(env))).toEqual([name]);
  });

  test.each([
    ['a robot account', 'robot$team+davit', 'pA55"\'$word'],
    ['a token of a cloud', 'oauth2accesstoken', `ya29.${'c'.repeat(1500)}`],
    ['a service account', '_json_key', JSON.stringify({ type: 'service_account', private_key: 'a\nb\n' }, null, 2)],
  ])('%s may sign in to a registry', (_, REGISTRY_USERNAME, REGISTRY_PASSWORD) => {
    const { registry } = load({ REGISTRY_URL: 'https://r', REGISTRY_USERNAME, REGISTRY_PASSWORD }).images;
    expect(registry).toMatchObject({ username: REGISTRY_USERNAME, password: REGISTRY_PASSWORD });
  });

  test('both ports may be chosen by the system', () => {
    expect(load({ PORT: '0', PROXY_PORT: '0' }).http.port).toBe(0);
  });
});

test('a lease is long enough to be renewed, and not so long that work lies about', () => {
  expect(load().runLeaseMs).toBe(20_000);
  expect(load({ RUN_LEASE: '1m' }).runLeaseMs).toBe(60_000);
  const expected = 'expected a duration from 4s to 600s, such as 20 (seconds) or 1m';
  expect(faultsOf({ RUN_LEASE: '3s' })).toEqual({ RUN_LEASE: expect.stringContaining(expected) });
  expect(faultsOf({ RUN_LEASE: '1h' })).toEqual({ RUN_LEASE: expect.stringContaining(expected) });
});

test('what is away is waited for longer than an engine needs to restart', () => {
  expect(load().runPatienceMs).toBe(45_000);
  expect(load({ RUN_PATIENCE: '2m' }).runPatienceMs).toBe(120_000);
  expect(Object.keys(faultsOf({ RUN_PATIENCE: '0s' }))).toEqual(['RUN_PATIENCE']);
});

describe('parts that this version does not have', () => {
  test.each([['RUNTIME', 'kubernetes', 'auto, process or docker']])(
    '%s=%s is refused by that name',
    (name, value, expected) => {
      expect(faultsOf({ [name]: value })).toEqual({
        [name]: `"${value}" is not available in this version of davit; expected ${expected}`,
      });
    },
  );

  test('a variable that only they read is refused', () => {
    expect(faultsOf({ K8S_BASE_DOMAIN: 'apps.example.com' })).toEqual({
      K8S_BASE_DOMAIN: 'Kubernetes is not available in this version of davit; expected to be unset',
    });
  });

  test('a variable that other programs read too is reported and ignored', () => {
    expect(load({ PULUMI_BACKEND_URL: 'file:///state' }).notices).toEqual([
      'PULUMI_BACKEND_URL has no effect: a Pulumi backend outside of davit is not available in this version of davit.',
    ]);
  });
});

describe('Caddy before the proxy', () => {
  test('leaves the agent’s proxy on loopback, wherever the server listens', () => {
    const { proxy } = load({ PROXY: 'caddy', HOST: '0.0.0.0' });
    expect(proxy).toMatchObject({ type: 'caddy', host: '127.0.0.1', caddy: { httpPort: 80, httpsPort: 443 } });
    expect(load({ HOST: '0.0.0.0' }).proxy.host).toBe('0.0.0.0');
  });

  test.each([
    ['http://127.0.0.1:2019', true],
    ['http://localhost:2019/', true],
    ['unix:///var/lib/caddy/admin.sock', true],
    ['unix://var/lib/caddy/admin.sock', false],
    ['https://127.0.0.1:2019', false],
    ['http://user:secret@127.0.0.1:2019', false],
    ['http://127.0.0.1:2019/config/', false],
  ])('CADDY_ADMIN_URL=%s: %s', (url, isTaken) => {
    if (isTaken) expect(load({ CADDY_ADMIN_URL: url }).proxy.caddy.adminUrl).toBe(url.replace(/\/$/, ''));
    else expect(Object.keys(faultsOf({ CADDY_ADMIN_URL: url }))).toEqual(['CADDY_ADMIN_URL']);
  });

  test('needs ports of its own', () => {
    expect(Object.keys(faultsOf({ PROXY: 'caddy', CADDY_HTTP_PORT: '4000' }))).toEqual(['CADDY_HTTPS_PORT']);
  });
});

test.each([
  ['9.9.9.9', true],
  ['9.9.9.9:5353, 2620:fe::fe', true],
  ['[2620:fe::fe]:53', true],
  ['dns.example.com', false],
  ['9.9.9.9:99999', false],
  ['9.9.9.9:', false],
])('DNS_RESOLVER=%s: %s', (list, isTaken) => {
  if (isTaken) expect(load({ DNS_RESOLVER: list }).dnsServers).toEqual(list.split(/, */));
  else expect(Object.keys(faultsOf({ DNS_RESOLVER: list }))).toEqual(['DNS_RESOLVER']);
});
