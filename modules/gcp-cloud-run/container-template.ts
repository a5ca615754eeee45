import type * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import type { spec } from './schema.ts';

type Spec = z.infer<typeof spec>;

const variables = ({ env, secrets }: Spec) => [
  ...Object.entries(env).map(([name, value]) => ({ name, value })),
  ...Object.entries(secrets).map(([name, secretKeyRef]) => ({ name, valueSource: { secretKeyRef } })),
];

const vpcAccess = ({ network, subnetwork }: Spec) =>
  network === undefined ? undefined : { egress: 'PRIVATE_RANGES_ONLY', networkInterfaces: [{ network, subnetwork }] };

/** Of the revisions of a service: one container, as this account. */
export const containerTemplate = (manifest: Spec, serviceAccount: pulumi.Input<string>) => ({
  serviceAccount,
  timeout: `${manifest.timeoutSeconds}s`,
  maxInstanceRequestConcurrency: manifest.concurrency,
  encryptionKey: manifest.kmsKeyName,
  scaling: { minInstanceCount: manifest.minInstances, maxInstanceCount: manifest.maxInstances },
  vpcAccess: vpcAccess(manifest),
  containers: [
    {
      image: manifest.image,
      ports: { containerPort: manifest.port },
      envs: variables(manifest),
      resources: { limits: { cpu: manifest.cpu, memory: manifest.memory } },
    },
  ],
});
