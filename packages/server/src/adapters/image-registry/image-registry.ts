/** What a test of a registry found. */
export interface RegistryVerdict {
  ok: boolean;
  /** One sentence: the cause when it is not. */
  detail: string;
  /** What to do about it; undefined when nothing is wrong. */
  mend?: string;
}

export type RegistryAccess = 'pull' | 'push';

/** A registry of images, by one user of it. */
export interface ImageRegistry {
  /** Whether its user may push below its path; nothing stays there. Never throws but when `signal` is aborted. */
  test(signal: AbortSignal): Promise<RegistryVerdict>;
  /** Whether its user may read or write this very repository; nothing stays there. Never throws but when `signal` is aborted. */
  testAccess(repository: string, access: RegistryAccess, signal: AbortSignal): Promise<RegistryVerdict>;
  /** Forgets one manifest; one that is not there is fine, and a registry that deletes nothing keeps it. */
  removeManifest(repository: string, digest: string, signal: AbortSignal): Promise<void>;
  /** The same for what a tag stands for now. */
  removeTag(repository: string, tag: string, signal: AbortSignal): Promise<void>;
}
