import { z } from 'zod';

// Apart from what registers resources: schemas are loaded by the server, which must not load Pulumi for them (12 MiB).

/** A name of a Kubernetes object (RFC 1123 label): what every kind of object takes. */
export const objectName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'up to 63 lower-case letters, digits and dashes');

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:m|[kMGTPE]i?|Ki)?$/, 'an amount such as 250m, 2, 512Mi or 10Gi');

/** What a container asks for and may take. */
export const computeResources = (cpu: string, memory: string) =>
  z
    .strictObject({
      cpuRequest: quantity.default('50m').meta({ description: 'Processor time that is kept for it.' }),
      cpuLimit: quantity.default(cpu).meta({ description: 'Processor time that it may take.' }),
      memory: quantity
        .default(memory)
        .meta({ description: 'Memory, kept for it and its limit, so that it is never the one that is pushed out.' }),
    })
    .prefault({});
