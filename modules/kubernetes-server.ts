import type * as pulumi from '@pulumi/pulumi';
import { type CreateObject, dataVolume, selectorLabels } from './kubernetes-resources.ts';

/** A server of one pod that keeps its data. */
export interface KubernetesServer {
  readonly name: string;
  readonly namespace: string;
  /** What its pod's container calls the port, and its number. */
  readonly port: { readonly name: string; readonly number: number };
  readonly storage: Parameters<typeof dataVolume>[0];
  readonly template: object;
  /** What must be there before the pod starts. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Makes the StatefulSet and the Service of a server. Gives its host name, which is known once it can be reached. */
export function createServer(create: CreateObject, server: KubernetesServer): pulumi.Output<string> {
  const { name, namespace, port, storage, template, dependsOn } = server;
  const labels = selectorLabels(name);
  const metadata = { name, namespace, labels };
  const set = create(
    'apps/v1',
    'StatefulSet',
    {
      metadata,
      spec: { serviceName: name, replicas: 1, selector: { matchLabels: labels }, template, ...dataVolume(storage) },
    },
    { dependsOn: [...dependsOn] },
  );
  const service = create(
    'v1',
    'Service',
    {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: labels,
        ports: [{ name: port.name, port: port.number, targetPort: port.name, protocol: 'TCP' }],
      },
    },
    { dependsOn: [set] },
  );
  return service.id.apply(() => `${name}.${namespace}.svc.cluster.local`);
}
