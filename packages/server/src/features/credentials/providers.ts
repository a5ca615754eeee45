import { z } from 'zod';
import type { Provider } from './provider.ts';
import { aws } from './providers/aws.ts';
import { azure } from './providers/azure.ts';
import { civo } from './providers/civo.ts';
import { cloudflare } from './providers/cloudflare.ts';
import { confluent } from './providers/confluent.ts';
import { digitalocean } from './providers/digitalocean.ts';
import { dockerRegistry } from './providers/docker-registry.ts';
import { gcp } from './providers/gcp.ts';
import { kubernetes } from './providers/kubernetes.ts';
import { mongodbAtlas } from './providers/mongodb-atlas.ts';
import { snowflake } from './providers/snowflake.ts';

/** Every provider that davit knows, in the order of the API. */
export const providers = [
  gcp,
  aws,
  azure,
  cloudflare,
  mongodbAtlas,
  confluent,
  snowflake,
  digitalocean,
  civo,
  kubernetes,
  dockerRegistry,
] as const;

export type ProviderName = (typeof providers)[number]['name'];

export const providerNames = providers.map(({ name }) => name) as [ProviderName, ...ProviderName[]];
export const providerName = z.enum(providerNames);

const byName = new Map<string, Provider>(providers.map((provider) => [provider.name, provider as unknown as Provider]));

/** The provider of this name. */
export function getProvider(name: string): Provider {
  const provider = byName.get(name);
  if (provider === undefined) throw new Error(`there is no provider ${name}`);
  return provider;
}

export function isProvider(name: string): name is ProviderName {
  return byName.has(name);
}
