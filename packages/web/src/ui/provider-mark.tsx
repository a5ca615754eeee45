import { Cloud } from 'lucide-react';
import { cn } from './cn.ts';

/** Names of providers, and what they are called for short. */
const providers: Record<string, { readonly name: string; readonly short: string }> = {
  aws: { name: 'AWS', short: 'AWS' },
  gcp: { name: 'Google Cloud', short: 'GCP' },
  azure: { name: 'Azure', short: 'Az' },
  cloudflare: { name: 'Cloudflare', short: 'CF' },
  kubernetes: { name: 'Kubernetes', short: 'K8s' },
  mongodb_atlas: { name: 'MongoDB Atlas', short: 'MDB' },
  confluent: { name: 'Confluent', short: 'Cfl' },
  snowflake: { name: 'Snowflake', short: 'Snw' },
  digitalocean: { name: 'DigitalOcean', short: 'DO' },
  civo: { name: 'Civo', short: 'Civ' },
  docker_registry: { name: 'Docker registry', short: 'Dkr' },
};

/** A provider's name; of a kind that needs none, that. */
export function providerName(provider: string | null): string {
  if (provider === null) return 'No provider';
  return providers[provider]?.name ?? provider;
}

/** A provider's name where its mark alone does not say it. */
export function providerNote(provider: string | null): string {
  const known = provider === null ? undefined : providers[provider];
  return known !== undefined && known.name === known.short ? '' : providerName(provider);
}

/** A provider in three letters, beside which its name or kind is said. */
export function ProviderMark({ provider, className }: { provider: string | null; className?: string }) {
  const short = provider === null ? undefined : providers[provider]?.short;
  return (
    <span
      aria-hidden
      title={providerName(provider)}
      className={cn(
        'inline-flex h-5 w-8 shrink-0 items-center justify-center rounded-sm border border-accent-line bg-accent-soft font-semibold text-[0.625rem] text-accent-text',
        className,
      )}
    >
      {short ?? <Cloud className="size-3.5" />}
    </span>
  );
}
