import { Resolver } from 'node:dns/promises';
import type { Dns } from '../dns.ts';
import { dnsErrors } from '../dns-errors.ts';

const timeoutMs = 3000;
const tries = 2;

/** Answers that say that there is nothing, also of servers that refuse a type that they do not know. */
const nothing = new Set(['ENODATA', 'ENOTFOUND', 'ENOTIMP', 'EBADNAME']);

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/**
 * Asks DNS itself, past the hosts file and what the system caches: an answer is what the world sees. `servers` as
 * `address` or `address:port`; none: those of the system.
 */
export function createNodeDns(servers: readonly string[]): Dns {
  async function ask<T>(question: (resolver: Resolver) => Promise<T[]>, signal: AbortSignal): Promise<T[]> {
    signal.throwIfAborted();
    const resolver = new Resolver({ timeout: timeoutMs, tries });
    if (servers.length > 0) resolver.setServers([...servers]);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await question(resolver);
    } catch (error) {
      signal.throwIfAborted();
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (nothing.has(code)) return [];
      throw dnsErrors.DNS_UNREACHABLE({ message: `The DNS resolver gave no answer (${code}).`, cause: error });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  return {
    cname: async (host, signal) => (await ask((resolver) => resolver.resolveCname(host), signal)).map(plain),
    txt: async (host, signal) =>
      (await ask((resolver) => resolver.resolveTxt(host), signal)).map((parts) => parts.join('')),
    async addresses(host, signal) {
      const [four, six] = await Promise.all([
        ask((resolver) => resolver.resolve4(host), signal),
        ask((resolver) => resolver.resolve6(host), signal),
      ]);
      return [...four, ...six];
    },
  };
}
