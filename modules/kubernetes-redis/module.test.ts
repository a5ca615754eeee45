import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';

/** Pulumi sends a secret as its value beside a signature. */
const valueOf = (sent: unknown) => (sent as { value: unknown }).value as Record<string, string>;
const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString('utf8');
const manifestOf = (spec: Record<string, unknown>) => ({
  kind: 'KubernetesRedis',
  name: 'sessions',
  spec: { namespace: 'shop', ...spec },
});
const told = {
  'kubernetes:core/v1:Secret': { data: { password: Buffer.from('p@ss/word').toString('base64') } },
};
const run = (spec: Record<string, unknown>) => mockStack(program, manifestOf(spec), told);

const set = 'kubernetes:apps/v1:StatefulSet';
const secret = 'kubernetes:core/v1:Secret';
const labels = { 'app.kubernetes.io/name': 'sessions', 'app.kubernetes.io/managed-by': 'davit' };

interface Container extends Record<string, unknown> {
  command: string[];
}
interface SetArgs {
  spec: { template: { spec: { containers: Container[]; volumes: unknown[] } } };
}
const podOf = (stack: MockedStack) => (stack.argsOf(set) as unknown as SetArgs).spec.template.spec;
const commandOf = (stack: MockedStack) => podOf(stack).containers[0]?.command.join(' ');

describe('a server', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made of a set on a volume, its service, policy and password', () => {
    expect(stack.types()).toEqual([
      set,
      secret,
      'kubernetes:core/v1:Service',
      'kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'pulumi:providers:kubernetes',
    ]);
    expect(stack.argsOf(set)).toMatchObject({
      metadata: { name: 'sessions', namespace: 'shop', labels },
      spec: { serviceName: 'sessions', replicas: 1, selector: { matchLabels: labels } },
    });
    expect(stack.argsOf('kubernetes:core/v1:Service')).toMatchObject({ spec: { type: 'ClusterIP', selector: labels } });
  });

  test('keeps its data, also when it is destroyed', () => {
    expect(commandOf(stack)).toContain('--dir /data --appendonly yes --appendfsync everysec');
    expect(commandOf(stack)).toContain('--maxmemory 256mb --maxmemory-policy noeviction');
    expect(stack.argsOf(set)).toMatchObject({
      spec: {
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' },
        volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '5Gi' } } } }],
      },
    });
    expect(stack.protectionOf(secret).retainOnDelete).toBe(true);
  });

  test('runs as redis, without rights, with memory for its data and a rewrite', () => {
    expect(podOf(stack)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(podOf(stack).containers[0]).toMatchObject({
      image: 'docker.io/library/redis:8.2-bookworm',
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: { limits: { cpu: '500m', memory: '416Mi' } },
      readinessProbe: { exec: { command: ['redis-cli', '-h', '127.0.0.1', '-e', 'ping'] } },
      livenessProbe: { tcpSocket: { port: 'redis' } },
    });
  });

  test('is reached from its namespace only', () => {
    expect(stack.argsOf('kubernetes:networking.k8s.io/v1:NetworkPolicy')['spec']).toEqual({
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 6379 }] }],
    });
  });
});

describe('the password', () => {
  test('is random, required, and stays what it was when the resource is deployed again', async () => {
    const [one, other] = [await run({}), await run({})];
    const data = valueOf(one.argsOf(secret)['data']);
    const drawn = decoded(data['password']);
    expect(drawn).toMatch(/^[\w-]{32}$/);
    expect(decoded(data['auth.conf'])).toBe(`requirepass ${drawn}\n`);
    expect(decoded(valueOf(other.argsOf(secret)['data'])['password'])).not.toBe(drawn);
    expect(one.protectionOf(secret).ignoreChanges).toEqual(['data']);
    expect(commandOf(one)).toMatch(/^redis-server \/etc\/redis-auth\/auth\.conf /);
    expect(JSON.stringify(one.argsOf(set))).not.toContain(drawn);
  });

  test('is a secret in the outputs, by itself and in the address', async () => {
    const secrets: Record<string, boolean> = {};
    await mockStack(
      async (input) => {
        const outputs = await program(input);
        for (const [name, output] of Object.entries(outputs)) secrets[name] = await pulumi.isSecret(output);
        return outputs;
      },
      manifestOf({}),
      told,
    );
    expect(secrets).toEqual({ host: false, port: false, password: true, connectionUrl: true, secretName: false });
  });

  test('is taken from a Secret that is there already, when the manifest names one', async () => {
    const stack = await run({ passwordSecret: 'cache-auth' });
    expect(stack.argsOf(secret)).toEqual({});
    expect(podOf(stack).volumes).toContainEqual({
      name: 'auth',
      secret: { secretName: 'cache-auth', defaultMode: 0o440, items: [{ key: 'auth.conf', path: 'auth.conf' }] },
    });
    const host = 'sessions.shop.svc.cluster.local';
    expect(stack.outputs).toEqual({
      host,
      port: 6379,
      password: 'p@ss/word',
      connectionUrl: `redis://:p%40ss%2Fword@${host}:6379`,
      secretName: 'cache-auth',
    });
  });
});

test('with a certificate there is no port without TLS', async () => {
  const stack = await run({ tlsSecret: 'sessions-tls' });
  expect(commandOf(stack)).toContain('--port 0 --tls-port 6379');
  expect(podOf(stack).volumes).toContainEqual({
    name: 'tls',
    secret: { secretName: 'sessions-tls', defaultMode: 0o440 },
  });
  expect(podOf(stack).containers[0]).toMatchObject({
    readinessProbe: { exec: { command: ['redis-cli', '-h', '127.0.0.1', '--tls', '--insecure', '-e', 'ping'] } },
  });
  expect(stack.outputs['connectionUrl']).toMatch(/^rediss:\/\//);
});

test('a server takes its version, memory, volume and end from the manifest', async () => {
  const stack = await run({
    version: '7.4',
    maxMemoryMegabytes: 1024,
    evictionPolicy: 'allkeys-lru',
    storage: '20Gi',
    storageClass: 'fast',
    deleteData: true,
  });
  expect(podOf(stack).containers[0]).toMatchObject({
    image: 'docker.io/library/redis:7.4-bookworm',
    resources: { limits: { memory: '1568Mi' } },
  });
  expect(commandOf(stack)).toContain('--maxmemory 1024mb --maxmemory-policy allkeys-lru');
  expect(stack.argsOf(set)).toMatchObject({
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
      volumeClaimTemplates: [{ spec: { storageClassName: 'fast', resources: { requests: { storage: '20Gi' } } } }],
    },
  });
  expect(stack.protectionOf(secret).retainOnDelete).toBe(false);
});
