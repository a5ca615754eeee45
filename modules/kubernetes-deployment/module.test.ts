import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const given = { namespace: 'shop', image: 'registry.example.com/web:1.4' };
const run = (spec: Record<string, unknown>) =>
  mockStack(program, { kind: 'KubernetesDeployment', name: 'web', spec: { ...given, ...spec } });

const labels = { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/managed-by': 'davit' };
const deployment = 'kubernetes:apps/v1:Deployment';
const policy = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';

interface Template {
  spec: { containers: Record<string, unknown>[]; volumes: unknown[] } & Record<string, unknown>;
}
const templateOf = (stack: MockedStack) => (stack.argsOf(deployment)['spec'] as { template: Template }).template;
const containerOf = (stack: MockedStack) => templateOf(stack).spec.containers[0];

describe('a deployment', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made of its pods, a service within the cluster and a network policy', () => {
    expect(stack.types()).toEqual([deployment, 'kubernetes:core/v1:Service', policy, 'pulumi:providers:kubernetes']);
    expect(stack.argsOf(deployment)).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', labels },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels } } },
    });
    expect(stack.argsOf('kubernetes:core/v1:Service')).toMatchObject({
      spec: { type: 'ClusterIP', selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
    });
  });

  test('runs as nobody in particular, without the cluster’s token, capabilities or a file that it can change', () => {
    expect(templateOf(stack).spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      volumes: [{ name: 'writable-0', emptyDir: { sizeLimit: '256Mi' } }],
    });
    expect(containerOf(stack)).toMatchObject({
      image: 'registry.example.com/web:1.4',
      securityContext: {
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      volumeMounts: [{ name: 'writable-0', mountPath: '/tmp' }],
    });
  });

  test('is bounded, and watched at its port', () => {
    expect(containerOf(stack)).toMatchObject({
      ports: [{ name: 'http', containerPort: 8080 }],
      resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
      startupProbe: { tcpSocket: { port: 'http' } },
      readinessProbe: { tcpSocket: { port: 'http' } },
      livenessProbe: { tcpSocket: { port: 'http' } },
    });
  });

  test('is reached by pods of its namespace only', () => {
    expect(stack.argsOf(policy)['spec']).toEqual({
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    });
  });

  test('tells where it is within the cluster', () => {
    expect(stack.outputs).toEqual({
      deploymentName: 'web',
      namespace: 'shop',
      serviceHost: 'web.shop.svc.cluster.local',
      servicePort: 80,
      url: 'http://web.shop.svc.cluster.local',
    });
  });
});

test('an ingress takes its host by TLS, and its controller is let in', async () => {
  const stack = await run({
    port: 3000,
    ingress: { host: 'shop.example.com', tlsSecret: 'shop-tls', className: 'nginx', controllerNamespace: 'edge' },
  });
  expect(stack.argsOf('kubernetes:networking.k8s.io/v1:Ingress')).toMatchObject({
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
      rules: [
        {
          host: 'shop.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }],
          },
        },
      ],
    },
  });
  expect(stack.argsOf(policy)).toMatchObject({
    spec: {
      ingress: [
        {
          from: [
            { podSelector: {} },
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } },
          ],
          ports: [{ port: 3000 }],
        },
      ],
    },
  });
  expect(stack.outputs).toMatchObject({ url: 'https://shop.example.com' });
});

test('a deployment takes its variables, secrets, command and health path from the manifest', async () => {
  const stack = await run({
    replicas: 5,
    command: ['node'],
    args: ['main.js'],
    env: { LOG_LEVEL: 'info' },
    secretEnv: { DATABASE_URL: { secret: 'orders-postgres', key: 'url' } },
    runAsUser: 1000,
    writablePaths: ['/tmp', '/var/cache/app'],
    healthPath: '/healthz',
    imagePullSecret: 'registry',
    resources: { cpuLimit: '2', memory: '1Gi' },
  });
  expect(stack.argsOf(deployment)).toMatchObject({ spec: { replicas: 5 } });
  expect(templateOf(stack).spec).toMatchObject({
    imagePullSecrets: [{ name: 'registry' }],
    securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
  });
  expect(containerOf(stack)).toMatchObject({
    command: ['node'],
    args: ['main.js'],
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'orders-postgres', key: 'url' } } },
    ],
    resources: { limits: { cpu: '2', memory: '1Gi' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
    volumeMounts: [{ mountPath: '/tmp' }, { mountPath: '/var/cache/app' }],
  });
});

test('nobody waits for the pods of a deployment that shall have none', async () => {
  const service = 'kubernetes:core/v1:Service';
  const awaited = await run({});
  expect(awaited.argsOf(service)['metadata']).toEqual({ name: 'web', namespace: 'shop', labels });
  const asleep = await run({ replicas: 0 });
  expect(asleep.argsOf(service)).toMatchObject({ metadata: { annotations: { 'pulumi.com/skipAwait': 'true' } } });
});

test('a manifest cannot ask for root, nor for an ingress without TLS', () => {
  expect(schema.safeParse({ ...given, runAsUser: 0 }).success).toBe(false);
  expect(schema.safeParse({ ...given, ingress: { host: 'shop.example.com' } }).success).toBe(false);
});
