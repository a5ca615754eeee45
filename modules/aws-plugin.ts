import type * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { pluginProvider } from './provider-resource.ts';

/** The plugin whose types and arguments the modules of AWS were written for. */
const version = '7.48.0';

/** What every resource of AWS in one region is registered with. */
export function inAwsRegion(region: string): { provider: pulumi.ProviderResource; version: string } {
  return { provider: pluginProvider('aws', { region }, version), version };
}

/** A field of specs: where the resource is. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-central-1')
  .meta({ description: 'Where it is.' });

/** A field of specs: the key that encrypts it. */
export const awsKmsKeyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:/, 'the ARN of a KMS key')
  .optional()
  .meta({ description: 'Encrypts with this key; else with a key that AWS manages.' });

/** A field of specs. */
export const awsTags = z.record(z.string().min(1).max(128), z.string().max(256)).default({});

/** Tags of a resource: those of its manifest, and whose it is. */
export function tagsOf(spec: { tags: Readonly<Record<string, string>> }): Record<string, string> {
  return { 'managed-by': 'davit', ...spec.tags };
}
