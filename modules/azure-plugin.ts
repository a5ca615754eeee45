import type * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { pluginProvider } from './provider-resource.ts';

/** The plugin whose types and arguments the modules of Azure were written for. */
const version = '3.28.0';

/** What every resource of Azure is registered with. */
export function inAzure(): { provider: pulumi.ProviderResource; version: string } {
  return { provider: pluginProvider('azure-native', {}, version), version };
}

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

/** Tags of a resource: those of its manifest, and whose it is. */
export function azureTagsOf(spec: { tags: Readonly<Record<string, string>> }): Record<string, string> {
  return { 'managed-by': 'davit', ...spec.tags };
}
