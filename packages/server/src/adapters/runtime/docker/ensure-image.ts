import { type EngineClient, EngineError, PullError, type RegistryAuth } from '@davit/agent/engine';
import { fetchByDigest, findFetched } from '../../builder/fetched-images.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import { type ImageDetails, imageDetails } from './engine-answers.ts';

/** An image that is here, and a name that the engine knows it by. */
export interface PresentImage {
  name: string;
  details: ImageDetails;
}

async function findImage(engine: EngineClient, name: string, signal: AbortSignal): Promise<PresentImage | undefined> {
  try {
    const path = `/images/${encodeURIComponent(name)}/json`;
    return { name, details: imageDetails.parse(await engine.call(path, { signal })) };
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * The image that an instance is to be made of, fetched again where somebody has removed it.
 *
 * @throws AppError IMAGE_GONE, and what `authOf` has against it
 */
export async function ensureImage(
  engine: EngineClient,
  reference: string,
  whose: { serviceId: string; installation: string },
  authOf: () => Promise<RegistryAuth | undefined>,
  signal: AbortSignal,
): Promise<PresentImage> {
  const present = await findImage(engine, reference, signal);
  if (present !== undefined) return present;
  // An id without a name says nothing about where it came from.
  if (!reference.includes('@')) throw runtimeErrors.IMAGE_GONE();
  const name = await findFetched(engine, reference, signal);
  const named = name === undefined ? undefined : await findImage(engine, name, signal);
  if (named !== undefined) return named;
  try {
    await fetchByDigest(engine, reference, whose, await authOf(), () => undefined, signal);
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
