/** An image that davit built, or that a release of it is made of. */
export interface ShelvedImage {
  /** `sha256:…` */
  id: string;
  /** `name@sha256:…` of each registry that it was pushed to or pulled from. */
  names: readonly string[];
  /** Of which service's build, or for which davit has fetched it; null: neither, and davit never removes it. */
  serviceId: string | null;
  /** null: it was built elsewhere. */
  buildId: string | null;
  bytes: number;
  /** What no other image of the engine has: as much is free when it is removed. */
  ownBytes: number;
  createdAt: Date;
}

export interface Shelf {
  images: ShelvedImage[];
  /** Of all of these together: layers that several have count once. */
  imageBytes: number;
  /** What builds keep for the next one, beside the layers of images. BuildKit says of no record whose it is. */
  cacheBytes: number;
}

/** Where images lie that services are made of. */
export interface ImageShelf {
  /**
   * Images with davit's labels, and those that `references` name. No other is told of.
   *
   * @throws AppError BUILD_ENGINE_UNREACHABLE
   */
  look(references: ReadonlySet<string>, signal: AbortSignal): Promise<Shelf>;
}
