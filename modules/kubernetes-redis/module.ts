import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from '../kind-definition.ts';
import { passwordSecret } from '../kubernetes-password.ts';
import { ingressPolicy, kubernetesObjects, selectorLabels } from '../kubernetes-resources.ts';
import { createServer } from '../kubernetes-server.ts';
import { podTemplate } from './pod-template.ts';
import { spec as specSchema } from './schema.ts';

const port = 6379;

/** A Redis server in a restricted pod, with its log on a volume that outlives it. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const spec = specSchema.parse(input.target.spec);
  const { name } = input.target.metadata;
  const { namespace } = spec;
  const objects = kubernetesObjects(input);
  const { create } = objects;
  const labels = selectorLabels(name);
  const metadata = { name, namespace, labels };

  const secretAt = { ...metadata, name: `${name}-redis` };
  const secret = passwordSecret(objects, secretAt, spec.passwordSecret, {
    entries: (password) => ({ 'auth.conf': `requirepass ${password}\n` }),
    keep: !spec.deleteData,
  });
  const policy = create('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec: ingressPolicy(name, port) });
  const host = createServer(create, {
    name,
    namespace,
    port: { name: 'redis', number: port },
    storage: spec,
    template: podTemplate(name, spec, secret.secretName),
    dependsOn: [secret.resource, policy],
  });
  const scheme = spec.tlsSecret === undefined ? 'redis' : 'rediss';
  const password = secret.password.apply((text) => encodeURIComponent(text));
  return {
    host,
    port: pulumi.output(port),
    password: secret.password,
    connectionUrl: pulumi.secret(pulumi.interpolate`${scheme}://:${password}@${host}:${port}`),
    secretName: pulumi.output(secret.secretName),
  };
}
