import * as pulumi from '@pulumi/pulumi';

/** Pulumi's own are abstract. */
class PluginResource extends pulumi.CustomResource {}
class PluginProvider extends pulumi.ProviderResource {}

/** A resource of a provider's plugin, with outputs by name. */
export type ProviderResource<Output extends string> = pulumi.CustomResource & {
  readonly [Name in Output]: pulumi.Output<string>;
};

/**
 * Registers a resource by its type token, such as `aws:s3/bucket:Bucket`. The SDK packages of providers are generated classes
 * around this one call; see docs/adr for what they weigh.
 *
 * @param outputs names of what the provider tells of it that the module goes on with
 */
export function providerResource<const Output extends string = never>(
  type: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
  options: pulumi.CustomResourceOptions & { outputs?: readonly Output[] } = {},
): ProviderResource<Output> {
  const { outputs = [], ...rest } = options;
  const unknownYet = Object.fromEntries(outputs.map((output) => [output, undefined]));
  const resource = new PluginResource(type, name, { ...unknownYet, ...args }, rest);
  return resource as ProviderResource<Output>;
}

/** A provider of a plugin of one version, configured: what a module's resources name as theirs. */
export function pluginProvider(
  plugin: string,
  args: Readonly<Record<string, unknown>>,
  version: string,
): pulumi.ProviderResource {
  // A provider takes its configuration as JSON texts, whatever the field (Pulumi's provider protocol, `Configure`).
  const texts = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : pulumi.jsonStringify(value),
  ]);
  return new PluginProvider(plugin, plugin, Object.fromEntries(texts) as pulumi.Inputs, { version });
}
