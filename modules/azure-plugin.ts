import type * as pulumi from '@pulumi/pulumi';
import { pluginProvider } from './provider-resource.ts';

/** The plugin whose types and arguments the modules of Azure were written for. */
const version = '3.28.0';

/** What every resource of Azure is registered with. */
export function inAzure(): { provider: pulumi.ProviderResource; version: string } {
  return { provider: pluginProvider('azure-native', {}, version), version };
}

/** Tags of a resource: those of its manifest, and whose it is. */
export function azureTagsOf(spec: { tags: Readonly<Record<string, string>> }): Record<string, string> {
  return { 'managed-by': 'davit', ...spec.tags };
}
