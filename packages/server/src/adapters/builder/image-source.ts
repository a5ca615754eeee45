import type { ImageArtifact } from './builder.ts';

/** An image that somebody else has built. */
export interface ImageRequest {
  /** As `docker pull` takes it, with a tag or a digest. */
  image: string;
  /** The name without tag and digest. */
  repository: string;
  /** The service that is to run it. */
  serviceId: string;
  /** Who signs in; undefined: nobody. */
  login: { registry: string; username: string; password: string } | undefined;
}

/** Brings images here that were built elsewhere. */
export interface ImageSource {
  /**
   * Fetches it, and pins what it is now: a tag that is moved later moves no release.
   *
   * @throws AppError IMAGE_PULL_DENIED, IMAGE_NOT_FOUND, IMAGE_OTHER_PLATFORM, IMAGE_REGISTRY_UNREACHABLE
   */
  fetch(request: ImageRequest, say: (text: string) => void, signal: AbortSignal): Promise<ImageArtifact>;
}
