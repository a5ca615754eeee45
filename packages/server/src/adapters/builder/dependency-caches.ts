/** What builds keep for the next one of the same service: results of steps, and downloads of package managers. */
export interface DependencyCaches {
  readonly folder: string;
  /** What `empty` would free, by the sizes of folders. */
  emptiableBytes(sizes: ReadonlyMap<string, number>, busy: ReadonlySet<string>): number;
  /** Those of services that nothing is built for now; the next build fetches again what it needs. */
  empty(busy: ReadonlySet<string>, signal: AbortSignal): Promise<void>;
}
