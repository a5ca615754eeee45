import { z } from 'zod';

// Apart from what registers resources: schemas are loaded by the server, which must not load Pulumi for them (12 MiB).

/** A field of specs: where the resource is. */
export const azureLocation = z
  .string()
  .regex(/^[a-z]+[a-z0-9]*$/, 'a location such as westeurope')
  .meta({ description: 'Where it is.' });

/** A field of specs. @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
export const azureResourceGroup = z
  .string()
  .max(90)
  .regex(/^[\w.()-]*[\w()-]$/, 'the name of a resource group')
  .meta({ description: 'The group that it is made in, which must be there.' });

const addressOrRange = z.union([z.ipv4(), z.cidrv4()]);

/** A field of specs: whoever else may come, by address. */
export const azureIpRanges = z
  .array(
    z
      .string()
      .refine((text) => addressOrRange.safeParse(text).success, 'an IPv4 address or range such as 203.0.113.0/24'),
  )
  .max(200)
  .default([]);

/** A field of specs, of a subnet's identifier. */
export const azureSubnetId = z
  .string()
  .regex(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/,
    'the resource ID of a subnet',
  );

/** A field of specs: what a destroy does. */
export const azureDeletionProtection = z
  .boolean()
  .default(true)
  .meta({ description: 'Refuses a destroy; set it to false and deploy before one.' });

/** A field of specs. */
export const azureTags = z.record(z.string().min(1).max(512), z.string().max(256)).default({});
