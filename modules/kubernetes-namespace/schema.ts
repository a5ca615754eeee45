import { z } from 'zod';
import { defineKind } from '../kind-definition.ts';
import { objectName, quantity } from '../kubernetes-fields.ts';

export const spec = z.strictObject({
  namespace: objectName.optional().meta({ description: 'The manifest’s name when it is left out.' }),
  podSecurity: z.enum(['restricted', 'baseline', 'privileged']).default('restricted').meta({
    description: 'The pod security standard that is enforced; what `restricted` forbids is warned of in any case.',
  }),
  networkPolicy: z.enum(['deny-ingress', 'deny-all', 'none']).default('deny-ingress').meta({
    description:
      'What is refused unless another policy admits it: traffic from other namespaces, also traffic out of this one (names can be resolved), or nothing.',
  }),
  quota: z
    .strictObject({
      cpu: quantity.default('4').meta({ description: 'Of the limits of all pods together.' }),
      memory: quantity.default('8Gi').meta({ description: 'Of the limits of all pods together.' }),
      storage: quantity.default('50Gi').meta({ description: 'Of all volume claims together.' }),
      pods: z.int().min(1).max(10_000).default(50),
      loadBalancers: z
        .int()
        .min(0)
        .max(100)
        .default(0)
        .meta({ description: 'Services that open a way in from outside.' }),
    })
    .prefault({}),
  containerDefaults: z
    .strictObject({
      cpuRequest: quantity.default('50m'),
      cpu: quantity.default('500m'),
      memory: quantity.default('256Mi'),
    })
    .prefault({})
    .meta({ description: 'What containers get that name no limits; the quota would refuse them otherwise.' }),
  labels: z.record(z.string().min(1).max(317), z.string().max(63)).default({}),
  deletionProtection: z.boolean().default(true).meta({
    description: 'Whether a destroy is refused. A namespace takes all that is in it along, volumes too.',
  }),
});

export const kind = defineKind({
  name: 'KubernetesNamespace',
  provider: 'kubernetes',
  summary: 'A namespace with enforced pod security, a quota, and closed to other namespaces.',
  spec,
  outputs: { namespace: 'Name of the namespace' },
});
