import { type EngineClient, EngineError } from './engine-client.ts';
import { encodeAuth, PullError, pullFault, type RegistryAuth } from './pull-image.ts';

/**
 * The digest of what the registry gives to this login under a name. The engine asks it, whatever it has itself
 * (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Distribution).
 *
 * @throws PullError when the registry gives nothing
 */
export async function findDigest(
  engine: EngineClient,
  reference: string,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
): Promise<string> {
  const headers: Record<string, string> = auth === undefined ? {} : { 'x-registry-auth': encodeAuth(auth) };
  try {
    const answer = await engine.call(`/distribution/${encodeURIComponent(reference)}/json`, { headers, signal });
    const { Descriptor } = (answer ?? {}) as { Descriptor?: { digest?: unknown } };
    if (typeof Descriptor?.digest === 'string') return Descriptor.digest;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === 0) throw error;
    throw new PullError(pullFault(error.message), error.message, error);
  }
  throw new PullError('unreachable', `The engine said nothing of ${reference}.`);
}
