import type * as pulumi from '@pulumi/pulumi';
import type { StackInput } from './kind-definition.ts';
import { pluginProvider } from './provider-resource.ts';

/** The plugin that the Cloudflare modules were written for. */
const version = '6.22.1';

/** The options of every resource: the plugin takes its token from the run's `CLOUDFLARE_API_TOKEN`, so that it is in no state. */
export function cloudflareProvider(): pulumi.CustomResourceOptions {
  return { provider: pluginProvider('cloudflare', {}, version), version };
}

/** The account that the manifest names, else that of the credential. Throws when neither names one. */
export function accountIdOf(input: StackInput, named: string | undefined): string {
  const accountId = named ?? input.provider_config['accountId'];
  if (typeof accountId === 'string') return accountId;
  throw new Error('Which account? Neither spec.accountId nor the credential names one; set one of them.');
}
