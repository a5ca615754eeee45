import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from '../kind-definition.ts';
import { kubernetesObjects } from '../kubernetes-resources.ts';
import { spec as specSchema } from './schema.ts';

/** Of a policy on every pod: the namespace's own traffic and, where the way out is closed, the resolution of names. */
function defaultDeny(wayOut: boolean): Record<string, unknown> {
  const sameNamespace = { podSelector: {} };
  const dns = {
    to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  return {
    podSelector: {},
    policyTypes: wayOut ? ['Ingress', 'Egress'] : ['Ingress'],
    ingress: [{ from: [sameNamespace] }],
    ...(wayOut ? { egress: [{ to: [sameNamespace] }, dns] } : {}),
  };
}

/** A namespace in which pods are restricted, bounded, and out of reach of other namespaces. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const spec = specSchema.parse(input.target.spec);
  const name = spec.namespace ?? input.target.metadata.name;
  const { create } = kubernetesObjects(input);

  const namespace = create(
    'v1',
    'Namespace',
    {
      metadata: {
        name,
        labels: {
          ...spec.labels,
          'app.kubernetes.io/managed-by': 'davit',
          'pod-security.kubernetes.io/enforce': spec.podSecurity,
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
      },
    },
    { protect: spec.deletionProtection },
  );
  const { cpuRequest, cpu, memory } = spec.containerDefaults;
  const inside = { parent: namespace, dependsOn: [namespace] };
  create(
    'v1',
    'ResourceQuota',
    {
      metadata: { name: 'quota', namespace: name },
      spec: {
        hard: {
          'limits.cpu': spec.quota.cpu,
          'limits.memory': spec.quota.memory,
          'requests.storage': spec.quota.storage,
          pods: String(spec.quota.pods),
          'services.loadbalancers': String(spec.quota.loadBalancers),
          // A port on every node is a way in beside the load balancers that are counted.
          'services.nodeports': String(spec.quota.loadBalancers),
        },
      },
    },
    inside,
  );
  create(
    'v1',
    'LimitRange',
    {
      metadata: { name: 'defaults', namespace: name },
      spec: {
        limits: [{ type: 'Container', default: { cpu, memory }, defaultRequest: { cpu: cpuRequest, memory } }],
      },
    },
    inside,
  );
  if (spec.networkPolicy !== 'none') {
    create(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      { metadata: { name: 'default-deny', namespace: name }, spec: defaultDeny(spec.networkPolicy === 'deny-all') },
      inside,
    );
  }
  // By way of its id, so that who uses the output waits for the namespace.
  return { namespace: namespace.id.apply(() => name) };
}
