import { AppError } from '../../../kernel/app-error.ts';
import type { SourceNetwork } from '../source-network.ts';
import type { SourceUrl } from '../source-url.ts';

const proxyNames = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
];

/** The name that ssh keeps a host's key under (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
function hostKeyName(url: SourceUrl): string {
  const port = /:(\d+)$/.exec(url.origin.replace(/^ssh:\/\//, ''))?.[1] ?? '22';
  const host = url.host.replaceAll(/^\[|\]$/g, '');
  return port === '22' ? host : `[${host}]:${port}`;
}

/**
 * What makes Git reach only what it may, and the very address that was judged: by http the proxy of `network`, by ssh the address in
 * place of the name. Where the operator has set a proxy of their own, that one looks names up and decides what can be reached.
 *
 * @throws AppError OUTBOUND_* when the host may not be called
 */
export async function pinnedEnvironment(
  base: Readonly<Record<string, string>>,
  url: SourceUrl,
  network: SourceNetwork,
): Promise<Record<string, string>> {
  if (url.transport === 'file') return { ...base };
  const own = url.transport === 'https' ? ['HTTPS_PROXY', 'https_proxy'] : ['http_proxy'];
  const isWeb = url.transport === 'https' || url.transport === 'http';
  if (isWeb && own.some((name) => (base[name] ?? '') !== '')) {
    // A name that only the proxy knows is the proxy's to judge.
    await network.findAddress(url.host).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error;
    });
    return { ...base };
  }
  const address = await network.findAddress(url.host);
  const rest = Object.fromEntries(Object.entries(base).filter(([name]) => !proxyNames.includes(name)));
  if (isWeb) {
    const proxy = await network.proxyUrl();
    return { ...rest, https_proxy: proxy, http_proxy: proxy };
  }
  return { ...rest, DAVIT_SSH_ADDRESS: address, DAVIT_SSH_HOST_NAME: hostKeyName(url) };
}
