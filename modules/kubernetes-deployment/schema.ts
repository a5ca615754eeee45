import { z } from 'zod';
import { defineKind } from '../kind-definition.ts';
import { computeResources, objectName } from '../kubernetes-fields.ts';

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'a host name such as shop.example.com');

export const spec = z.strictObject({
  namespace: objectName.meta({ description: 'A namespace that exists.' }),
  image: z
    .string()
    .regex(/^[a-z0-9][\w./:@-]*$/, 'the name of an image')
    .meta({ description: 'With a tag or, better, a digest.' }),
  imagePullSecret: objectName.optional().meta({ description: 'A Secret of the namespace, for a private registry.' }),
  command: z.array(z.string()).min(1).optional().meta({ description: 'In the place of the image’s entry point.' }),
  args: z.array(z.string()).min(1).optional(),
  port: z.int().min(1024).max(65_535).default(8080).meta({ description: 'What the program listens on.' }),
  replicas: z.int().min(0).max(1000).default(2),
  env: z.record(variableName, z.string()).default({}).meta({ description: 'What is no secret.' }),
  secretEnv: z
    .record(
      variableName,
      z.strictObject({ secret: objectName, key: z.string().regex(/^[\w.-]+$/, 'a key of a Secret') }),
    )
    .default({})
    .meta({ description: 'Variables that take their value from a Secret of the namespace.' }),
  runAsUser: z.int().min(1).max(2_147_483_647).default(65_532).meta({ description: 'Never 0, which is root.' }),
  writablePaths: z
    .array(z.string().regex(/^(?:\/[\w.-]+)+$/, 'an absolute path'))
    .default(['/tmp'])
    .meta({ description: 'Folders that may be written to, and are empty at each start; all else is read-only.' }),
  healthPath: z
    .string()
    .regex(/^\/\S*$/, 'a path that begins with a slash')
    .optional()
    .meta({ description: 'Answers GET with 2xx when it is healthy; without it, an open port is.' }),
  resources: computeResources('500m', '256Mi'),
  ingress: z
    .strictObject({
      host: hostName,
      tlsSecret: objectName.meta({
        description: 'A Secret with the host’s certificate; there is no way in without TLS.',
      }),
      className: objectName.optional().meta({ description: 'The cluster’s default when it is left out.' }),
      controllerNamespace: objectName
        .default('ingress-nginx')
        .meta({ description: 'Where the ingress controller runs: it is let through the network policy.' }),
      annotations: z.record(z.string().min(1).max(317), z.string()).default({}),
    })
    .optional()
    .meta({ description: 'A way in from outside of the cluster.' }),
});

export const kind = defineKind({
  name: 'KubernetesDeployment',
  provider: 'kubernetes',
  summary: 'A program in restricted pods with a service in front, and an ingress with TLS if it is asked for.',
  spec,
  outputs: {
    deploymentName: 'Name of the deployment',
    namespace: 'Namespace of the deployment',
    serviceHost: 'Host name of the service within the cluster',
    servicePort: 'Port of the service',
    url: 'Where it is reached: from outside if it has an ingress, else within the cluster',
  },
});
