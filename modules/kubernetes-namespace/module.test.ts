import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';

const run = (spec: Record<string, unknown>) => mockStack(program, { kind: 'KubernetesNamespace', name: 'shop', spec });
const policy = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';

describe('a namespace', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('is made of itself, its bounds and a network policy', () => {
    expect(stack.types()).toEqual([
      'kubernetes:core/v1:LimitRange',
      'kubernetes:core/v1:Namespace',
      'kubernetes:core/v1:ResourceQuota',
      policy,
      'pulumi:providers:kubernetes',
    ]);
    expect(stack.argsOf('pulumi:providers:kubernetes')).toEqual({});
  });

  test('has the name of its manifest and enforces the restricted standard', () => {
    expect(stack.argsOf('kubernetes:core/v1:Namespace')).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'shop',
        labels: {
          'app.kubernetes.io/managed-by': 'davit',
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
      },
    });
    expect(stack.outputs).toEqual({ namespace: 'shop' });
  });

  test('lets in its own pods only', () => {
    expect(stack.argsOf(policy)).toMatchObject({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'shop' },
    });
    expect(stack.argsOf(policy)['spec']).toEqual({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }] }],
    });
  });

  test('has a quota, and limits for containers that name none', () => {
    expect(stack.argsOf('kubernetes:core/v1:ResourceQuota')).toMatchObject({
      metadata: { namespace: 'shop' },
      spec: {
        hard: {
          'limits.cpu': '4',
          'limits.memory': '8Gi',
          'requests.storage': '50Gi',
          pods: '50',
          'services.loadbalancers': '0',
          'services.nodeports': '0',
        },
      },
    });
    expect(stack.argsOf('kubernetes:core/v1:LimitRange')).toMatchObject({
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: '500m', memory: '256Mi' },
            defaultRequest: { cpu: '50m', memory: '256Mi' },
          },
        ],
      },
    });
  });
});

test('a namespace may close the way out too, but for its own pods and the resolution of names', async () => {
  const stack = await run({ networkPolicy: 'deny-all' });
  const { spec } = stack.argsOf(policy) as { spec: { policyTypes: string[]; egress: unknown[] } };
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(spec.egress).toEqual([
    { to: [{ podSelector: {} }] },
    {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
  ]);
});

test('a namespace takes its name, standard, labels and quota from the manifest', async () => {
  const stack = await run({
    namespace: 'other',
    podSecurity: 'baseline',
    networkPolicy: 'none',
    labels: { team: 'billing', 'pod-security.kubernetes.io/enforce': 'privileged' },
    quota: { pods: 3, loadBalancers: 1 },
  });
  expect(stack.types()).not.toContain(policy);
  expect(stack.argsOf('kubernetes:core/v1:Namespace')).toMatchObject({
    metadata: { name: 'other', labels: { team: 'billing', 'pod-security.kubernetes.io/enforce': 'baseline' } },
  });
  expect(stack.argsOf('kubernetes:core/v1:ResourceQuota')).toMatchObject({
    spec: { hard: { pods: '3', 'services.loadbalancers': '1' } },
  });
});

test('a destroy is refused until the protection is off', async () => {
  expect((await run({})).protectionOf('kubernetes:core/v1:Namespace').protect).toBe(true);
  const open = await run({ deletionProtection: false });
  expect(open.protectionOf('kubernetes:core/v1:Namespace').protect).toBe(false);
});

test('the context of the credential chooses the cluster', async () => {
  const stack = await mockStack((input) => program({ ...input, provider_config: { context: 'staging' } }), {
    kind: 'KubernetesNamespace',
    name: 'shop',
    spec: {},
  });
  expect(stack.argsOf('pulumi:providers:kubernetes')).toEqual({ context: 'staging' });
});
