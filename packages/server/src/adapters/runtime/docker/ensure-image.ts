import { type EngineClient, EngineError, PullError, pullImage, type RegistryAuth } from '@davit/agent/engine';
import { runtimeErrors } from '../runtime-errors.ts';
import { type ImageDetails, imageDetails } from './engine-answers.ts';

async function findImage(
  engine: EngineClient,
  reference: string,
  signal: AbortSignal,
): Promise<ImageDetails | undefined> {
  try {
    return imageDetails.parse(await engine.call(`/images/${encodeURIComponent(reference)}/json`, { signal }));
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** The image that an instance is to be made of, fetched again where somebody has removed it. @throws AppError IMAGE_GONE, and what `authOf` has against it */
export async function ensureImage(
  engine: EngineClient,
  reference: string,
  authOf: () => Promise<RegistryAuth | undefined>,
  signal: AbortSignal,
): Promise<ImageDetails> {
  const present = await findImage(engine, reference, signal);
  if (present !== undefined) return present;
  // An id without a name says nothing about where it came from.
  if (!reference.includes('@')) throw runtimeErrors.IMAGE_GONE();
  try {
    await pullImage(engine, reference, await authOf(), () => undefined, signal);
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    throw runtimeErrors.IMAGE_GONE({
      message: `The image is not on this machine, and cannot be fetched: ${error.message}`,
      cause: error,
    });
  }
  const pulled = await findImage(engine, reference, signal);
  if (pulled === undefined) throw runtimeErrors.IMAGE_GONE();
  return pulled;
}
