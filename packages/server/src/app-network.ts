import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { AppError } from './kernel/app-error.ts';
import { isDockerHub } from './kernel/docker-hub.ts';
import { createGuardedFetch, type GuardedFetch } from './platform/outbound/guarded-fetch.ts';
import { createOutboundNetwork } from './platform/outbound/outbound-network.ts';
import { createOutboundProxy } from './platform/outbound/outbound-proxy.ts';

export interface AppNetworkOptions {
  outboundNetworks: readonly string[];
  extraCaFile: string | undefined;
}

const readCa = (extraCaFile: string | undefined) =>
  extraCaFile === undefined ? undefined : readFileSync(extraCaFile, 'utf8');

/** Calls what the operator has named, which may be anywhere. */
export const createOperatorFetch = (extraCaFile: string | undefined): GuardedFetch =>
  createGuardedFetch({ networks: ['0.0.0.0/0', '::/0'], extraCa: readCa(extraCaFile) });

/** How sources are reached that people name: by HTTP from here, and for Git through a proxy that judges every address. */
export function createSourceNetwork({ outboundNetworks, extraCaFile }: AppNetworkOptions) {
  const network = createOutboundNetwork({ networks: outboundNetworks, extraCa: readCa(extraCaFile) });
  const proxy = createOutboundProxy(network);
  return { ...network, proxyUrl: () => proxy.url(), close: () => proxy.close() };
}

const label = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
/** Underscores are in names that Docker gives. */
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'i');

/** Whether it is the name or the address of a host at all: what else it is, another program may read differently. */
const isHost = (host: string) =>
  host.length <= 253 && (hostName.test(host) || isIP(host.replace(/^\[(.*)\]$/s, '$1')) !== 0);

/** How hosts that people name are judged. */
export interface HostJudges {
  /** @throws AppError OUTBOUND_* */
  readonly findAddress: (host: string) => Promise<string>;
  /** By what it answers. @throws AppError OUTBOUND_* */
  readonly judgeRegistry: (registry: string, signal: AbortSignal) => Promise<void>;
}

const judgeMs = 5000;
const judgedMs = 10 * 60_000;

/**
 * Why people may not have a host called by another program. A name that this server cannot resolve is left to that one: it
 * may have a mirror or a proxy.
 *
 * @param own hosts that the operator has named
 */
export function createHostRefusal({ findAddress, judgeRegistry }: HostJudges, own: ReadonlySet<string>) {
  /** Registries that may be called, and until when that is believed: a build must not wait for each of them each time. */
  const judged = new Map<string, number>();

  async function refusalBy(judge: () => Promise<unknown>): Promise<string | undefined> {
    try {
      await judge();
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'OUTBOUND_UNREACHABLE') return undefined;
      return error.message;
    }
  }

  async function refusalOf(host: string): Promise<string | undefined> {
    if (own.has(host)) return undefined;
    if (!isHost(host)) return `${JSON.stringify(host)} is neither the name nor the address of a host.`;
    return await refusalBy(() => findAddress(host));
  }

  async function ofRegistry(registry: string): Promise<string | undefined> {
    // Where Docker Hub has tokens asked for is nobody's to choose.
    if (own.has(registry.replace(/:\d+$/, '')) || isDockerHub(registry)) return undefined;
    const now = performance.now();
    for (const [known, until] of judged) if (until < now) judged.delete(known);
    if (judged.has(registry)) return undefined;
    const limit = AbortSignal.timeout(judgeMs);
    const refusal = await refusalBy(async () => {
      // One that does not answer is left to who calls it, as a name that cannot be resolved is.
      await judgeRegistry(registry, limit).catch((error: unknown) => {
        if (!limit.aborted) throw error;
      });
    });
    if (refusal === undefined) judged.set(registry, now + judgedMs);
    return refusal;
  }

  return Object.assign(refusalOf, { ofRegistry });
}

/** What of davit's own environment the programs that fetch sources need to reach the outside. */
export function networkEnvironment(
  environment: Readonly<Record<string, string>>,
  extraCaFile: string | undefined,
): Record<string, string> {
  const names = [
    'PATH',
    'HTTPS_PROXY',
    'https_proxy',
    'HTTP_PROXY',
    'http_proxy',
    'NO_PROXY',
    'no_proxy',
    'GIT_SSL_CAINFO',
  ];
  const kept = Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  return extraCaFile === undefined ? kept : { ...kept, GIT_SSL_CAINFO: extraCaFile };
}
