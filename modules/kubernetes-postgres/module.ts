import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from '../kind-definition.ts';
import { passwordSecret } from '../kubernetes-password.ts';
import { ingressPolicy, kubernetesObjects, selectorLabels } from '../kubernetes-resources.ts';
import { createServer } from '../kubernetes-server.ts';
import { podTemplate, tlsOnlyAccess } from './pod-template.ts';
import { spec as specSchema } from './schema.ts';

const port = 5432;

/** A PostgreSQL server in a restricted pod, on a volume that outlives it. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const spec = specSchema.parse(input.target.spec);
  const { name } = input.target.metadata;
  const { namespace } = spec;
  const objects = kubernetesObjects(input);
  const { create } = objects;
  const labels = selectorLabels(name);
  const metadata = { name, namespace, labels };

  const secretAt = { ...metadata, name: `${name}-postgres` };
  const secret = passwordSecret(objects, secretAt, spec.passwordSecret, { keep: !spec.deleteData });
  const policy = create('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec: ingressPolicy(name, port) });
  const before: pulumi.Resource[] = [secret.resource, policy];
  if (spec.tlsSecret !== undefined)
    before.push(create('v1', 'ConfigMap', { metadata, data: { 'pg_hba.conf': tlsOnlyAccess } }));
  const host = createServer(create, {
    name,
    namespace,
    port: { name: 'postgres', number: port },
    storage: spec,
    template: podTemplate(name, spec, secret.secretName),
    dependsOn: before,
  });
  const mode = spec.tlsSecret === undefined ? '' : '?sslmode=require';
  const password = secret.password.apply((text) => encodeURIComponent(text));
  return {
    host,
    port: pulumi.output(port),
    database: pulumi.output(spec.database),
    username: pulumi.output(spec.username),
    password: secret.password,
    connectionUrl: pulumi.secret(
      pulumi.interpolate`postgresql://${spec.username}:${password}@${host}:${port}/${spec.database}${mode}`,
    ),
    secretName: pulumi.output(secret.secretName),
  };
}
