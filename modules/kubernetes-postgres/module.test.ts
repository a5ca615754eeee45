import * as pulumi from '@pulumi/pulumi';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { tlsOnlyAccess } from './pod-template.ts';

/** Keys under which Pulumi sends a secret: its value is beside its signature. */
const valueOf = (sent: unknown) => (sent as { value: unknown }).value as Record<string, string>;
const manifestOf = (spec: Record<string, unknown>) => ({
  kind: 'KubernetesPostgres',
  name: 'orders',
  spec: { namespace: 'shop', ...spec },
});
const told = {
  'kubernetes:core/v1:Secret': { data: { password: Buffer.from('p@ss/word').toString('base64') } },
};
const run = (spec: Record<string, unknown>) => mockStack(program, manifestOf(spec), told);

const set = 'kubernetes:apps/v1:StatefulSet';
const secret = 'kubernetes:core/v1:Secret';
const labels = { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/managed-by': 'davit' };

interface SetArgs {
  spec: { template: { spec: { containers: (Record<string, unknown> & { args: string[] })[]; volumes: unknown[] } } };
}
const podOf = (stack: MockedStack) => (stack.argsOf(set) as unknown as SetArgs).spec.template.spec;

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
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'orders', namespace: 'shop', labels },
      spec: {
        serviceName: 'orders',
        replicas: 1,
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
          },
        ],
      },
    });
  });

  test('keeps its volume and its password when it is destroyed', () => {
    expect(stack.argsOf(set)).toMatchObject({
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } },
    });
    expect(stack.protectionOf(secret).retainOnDelete).toBe(true);
  });

  test('runs as postgres, without rights, and writes to its volumes only', () => {
    expect(podOf(stack)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(podOf(stack).containers[0]).toMatchObject({
      image: 'docker.io/library/postgres:17-bookworm',
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: { limits: { cpu: '1', memory: '512Mi' } },
      readinessProbe: {
        exec: { command: ['pg_isready', '-q', '-h', '127.0.0.1', '-U', 'app', '-d', 'app'] },
      },
    });
  });

  test('is reached from its namespace only', () => {
    expect(stack.argsOf('kubernetes:networking.k8s.io/v1:NetworkPolicy')['spec']).toEqual({
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 5432 }] }],
    });
    expect(stack.argsOf('kubernetes:core/v1:Service')).toMatchObject({ spec: { type: 'ClusterIP', selector: labels } });
  });
});

describe('the password', () => {
  test('is random, and stays what it was when the resource is deployed again', async () => {
    const [one, other] = [await run({}), await run({})];
    const drawn = [one, other].map((stack) => valueOf(stack.argsOf(secret)['data'])['password'] ?? '');
    for (const text of drawn) expect(Buffer.from(text, 'base64').toString()).toMatch(/^[\w-]{32}$/);
    expect(drawn[0]).not.toBe(drawn[1]);
    expect(one.protectionOf(secret).ignoreChanges).toEqual(['data']);
  });

  test('reaches the server by a file, and is in no argument of it', async () => {
    const stack = await run({});
    const pod = JSON.stringify(stack.argsOf(set));
    const drawn = valueOf(stack.argsOf(secret)['data'])['password'] ?? '';
    expect(pod).toContain('"POSTGRES_PASSWORD_FILE","value":"/etc/postgres-password/password"');
    expect(pod).not.toContain(drawn);
    expect(pod).not.toContain(Buffer.from(drawn, 'base64').toString());
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
    expect(secrets).toEqual({
      host: false,
      port: false,
      database: false,
      username: false,
      password: true,
      connectionUrl: true,
      secretName: false,
    });
  });

  test('is taken from a Secret that is there already, when the manifest names one', async () => {
    const stack = await run({ passwordSecret: 'orders-owner', database: 'orders', username: 'orders_owner' });
    expect(stack.argsOf(secret)).toEqual({});
    expect(podOf(stack).volumes).toContainEqual({
      name: 'password',
      secret: { secretName: 'orders-owner', defaultMode: 0o440, items: [{ key: 'password', path: 'password' }] },
    });
    const host = 'orders.shop.svc.cluster.local';
    expect(stack.outputs).toEqual({
      host,
      port: 5432,
      database: 'orders',
      username: 'orders_owner',
      password: 'p@ss/word',
      connectionUrl: `postgresql://orders_owner:p%40ss%2Fword@${host}:5432/orders`,
      secretName: 'orders-owner',
    });
  });
});

test('with a certificate, connections over the network need TLS', async () => {
  const stack = await run({ tlsSecret: 'orders-tls' });
  expect(podOf(stack).containers[0]?.args).toEqual(
    expect.arrayContaining(['ssl=on', 'hba_file=/etc/postgres-access/pg_hba.conf']),
  );
  expect(stack.argsOf('kubernetes:core/v1:ConfigMap')).toMatchObject({ data: { 'pg_hba.conf': tlsOnlyAccess } });
  expect(tlsOnlyAccess).not.toMatch(/^host /m);
  expect(podOf(stack).volumes).toContainEqual({
    name: 'tls',
    secret: { secretName: 'orders-tls', defaultMode: 0o440 },
  });
  expect(stack.outputs['connectionUrl']).toMatch(/\/app\?sslmode=require$/);
});

test('a server takes its version, image, size and end from the manifest', async () => {
  const stack = await run({
    version: '18',
    storage: '50Gi',
    storageClass: 'fast',
    maxConnections: 300,
    deleteData: true,
  });
  expect(podOf(stack).containers[0]).toMatchObject({ image: 'docker.io/library/postgres:18-bookworm' });
  expect(podOf(stack).containers[0]?.args).toContain('max_connections=300');
  expect(stack.argsOf(set)).toMatchObject({
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
      volumeClaimTemplates: [{ spec: { storageClassName: 'fast', resources: { requests: { storage: '50Gi' } } } }],
    },
  });
  expect(stack.protectionOf(secret).retainOnDelete).toBe(false);
  const mirrored = await run({ image: 'registry.example.com/postgres:17.2' });
  expect(podOf(mirrored).containers[0]).toMatchObject({ image: 'registry.example.com/postgres:17.2' });
});
