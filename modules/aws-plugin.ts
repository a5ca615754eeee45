import type * as pulumi from '@pulumi/pulumi';
import { pluginProvider } from './provider-resource.ts';

/** The plugin whose types and arguments the modules of AWS were written for. */
const version = '7.48.0';

/** What every resource of AWS in one region is registered with. */
export function inAwsRegion(region: string): { provider: pulumi.ProviderResource; version: string } {
  return { provider: pluginProvider('aws', { region }, version), version };
}

/** Tags of a resource: those of its manifest, and whose it is. */
export function tagsOf(spec: { tags: Readonly<Record<string, string>> }): Record<string, string> {
  return { 'managed-by': 'davit', ...spec.tags };
}
