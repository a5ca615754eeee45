import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from '../kind-definition.ts';
import { ingressPolicy, kubernetesObjects, selectorLabels } from '../kubernetes-resources.ts';
import { podTemplate } from './pod-template.ts';
import { spec as specSchema } from './schema.ts';

/** Port of the service, whatever the program listens on. */
const servicePort = 80;

/** A deployment in restricted pods, its service, its network policy, and an ingress if it is asked for. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const spec = specSchema.parse(input.target.spec);
  const { name } = input.target.metadata;
  const { namespace, ingress } = spec;
  const { create } = kubernetesObjects(input);
  const labels = selectorLabels(name);
  const metadata = { name, namespace, labels };

  const controller =
    ingress === undefined
      ? []
      : [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ingress.controllerNamespace } } }];
  create('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec: ingressPolicy(name, spec.port, controller) });
  const deployment = create('apps/v1', 'Deployment', {
    metadata,
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: labels },
      // The former pods go when the new ones answer.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: podTemplate(name, spec),
    },
  });
  const service = create(
    'v1',
    'Service',
    {
      // It never has pods behind it when there shall be none.
      metadata: spec.replicas === 0 ? { ...metadata, annotations: { 'pulumi.com/skipAwait': 'true' } } : metadata,
      spec: {
        type: 'ClusterIP',
        selector: labels,
        ports: [{ name: 'http', port: servicePort, targetPort: 'http', protocol: 'TCP' }],
      },
    },
    // Pulumi waits until a service has pods behind it, which there are once the deployment is.
    { dependsOn: [deployment] },
  );
  if (ingress !== undefined) {
    create(
      'networking.k8s.io/v1',
      'Ingress',
      {
        metadata: { ...metadata, annotations: ingress.annotations },
        spec: {
          ...(ingress.className === undefined ? {} : { ingressClassName: ingress.className }),
          tls: [{ hosts: [ingress.host], secretName: ingress.tlsSecret }],
          rules: [
            {
              host: ingress.host,
              http: {
                paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }],
              },
            },
          ],
        },
      },
      { dependsOn: [service] },
    );
  }
  const host = `${name}.${namespace}.svc.cluster.local`;
  return {
    deploymentName: deployment.id.apply(() => name),
    namespace: pulumi.output(namespace),
    serviceHost: service.id.apply(() => host),
    servicePort: pulumi.output(servicePort),
    url: service.id.apply(() => (ingress === undefined ? `http://${host}` : `https://${ingress.host}`)),
  };
}
