import type { Config } from './config/config.ts';
import type { OwnNames } from './features/domains/index.ts';

/** Names that no service may have: that of the panel, and those below BASE_DOMAIN. */
export function ownNamesOf({ proxy, http }: Pick<Config, 'proxy' | 'http'>): OwnNames {
  const { baseUrl } = http;
  return {
    baseDomain: proxy.baseDomain,
    panelHost: baseUrl === undefined ? undefined : new URL(baseUrl).hostname.replace(/\.$/, ''),
  };
}
