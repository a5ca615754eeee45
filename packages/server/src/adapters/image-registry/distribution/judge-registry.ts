import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../../kernel/app-error.ts';
import { DOCKER_HUB_HOST, isDockerHub } from '../../../kernel/docker-hub.ts';

const TIMEOUT_MS = 15_000;

export interface RegistryJudgeOptions {
  /** Finds the address of a host that somebody named. @throws AppError OUTBOUND_* */
  findAddress: (host: string) => Promise<string>;
  /** Redirects are followed as far as they may be. @throws AppError OUTBOUND_* */
  ask: (url: string, signal: AbortSignal) => Promise<{ headers: IncomingHttpHeaders }>;
}

/** Hosts that a registry sends whoever signs in to (https://distribution.github.io/distribution/spec/auth/token/). */
function realmsOf(challenge: string): string[] {
  const found = challenge.matchAll(/realm\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi);
  return [...found].flatMap(([, quoted, plain = '']) => {
    const realm = URL.parse(quoted?.replaceAll(/\\(.)/g, '$1') ?? plain);
    return realm === null || realm.hostname === '' ? [] : [realm.hostname];
  });
}

/**
 * Judges a registry that somebody named before an engine is sent there: its own host, where its `/v2/` leads, and the host
 * that it wants to be asked for tokens. A name that cannot be resolved here is left to the engine, which may have a mirror.
 *
 * @throws AppError OUTBOUND_ADDRESS_REFUSED
 */
export function createRegistryJudge({ findAddress, ask }: RegistryJudgeOptions) {
  /** What cannot be reached from here is told by the engine. */
  async function unlessAway<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === 'OUTBOUND_UNREACHABLE') return undefined;
      throw error;
    }
  }

  return async (registry: string, outer: AbortSignal): Promise<void> => {
    // Docker Hub is another host than its name says.
    const server = isDockerHub(registry) ? DOCKER_HUB_HOST : registry;
    await unlessAway(() => findAddress(server.replace(/:\d+$/, '')));
    const signal = AbortSignal.any([outer, AbortSignal.timeout(TIMEOUT_MS)]);
    const patient = async (url: string) => {
      try {
        return await unlessAway(() => ask(url, signal));
      } catch (error) {
        outer.throwIfAborted();
        if (signal.aborted) return undefined;
        throw error;
      }
    };
    // As the engine does, which takes plain http where its operator allows it.
    const answer = (await patient(`https://${server}/v2/`)) ?? (await patient(`http://${server}/v2/`));
    for (const host of realmsOf(answer?.headers['www-authenticate'] ?? '')) await unlessAway(() => findAddress(host));
  };
}
