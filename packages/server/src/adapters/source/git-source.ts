import type { SourceReference } from './source-reference.ts';

/** What lets davit read a private repository: a token over https, a deploy key over ssh. */
export type SourceSecret =
  | { readonly kind: 'token'; readonly username?: string | undefined; readonly token: string }
  | { readonly kind: 'deploy-key'; readonly privateKey: string };

export interface FetchRequest {
  /** Which copy is brought up to date, usually a service's id: letters, digits, "_" and "-". */
  readonly serviceKey: string;
  readonly url: string;
  readonly reference: SourceReference;
  readonly secret?: SourceSecret | undefined;
  /** Lines of an OpenSSH known_hosts file; without them the first key seen is trusted and kept. */
  readonly knownHosts?: string | undefined;
  /** Also what the submodules of the commit point at; each URL is judged like the repository's own. */
  readonly submodules?: boolean | undefined;
  /** Also the large files that Git LFS keeps beside the repository. */
  readonly lfs?: boolean | undefined;
  readonly signal: AbortSignal;
  /** A line of Git's, or of davit's own on what was found out; never holds the secret. */
  readonly onOutput?: ((line: string) => void) | undefined;
}

/** The commit that a reference names now. */
export interface FetchedCommit {
  /** All digits. */
  readonly commit: string;
  readonly message: string;
  readonly author: string;
  readonly authorEmail: string;
  readonly authoredAt: Date;
  /** The branch that was fetched; null for a tag or a commit. */
  readonly branch: string | null;
}

export interface ExportRequest {
  readonly serviceKey: string;
  /** As a fetch gave it. */
  readonly commit: string;
  /** Only this folder of the repository; links in it may not leave it. */
  readonly rootFolder?: string | undefined;
  /** Becomes the files of the commit, whole or not at all; what was there before is replaced. */
  readonly into: string;
  readonly signal: AbortSignal;
  /** A line of davit's own, as when it waits for room on the disk. */
  readonly onOutput?: ((line: string) => void) | undefined;
}

/**
 * Git repositories as a source: a copy of each is kept per service, so that a later fetch brings only what changed.
 * Every method throws an error of `source-errors.ts`, with `transient` where a later try may succeed.
 */
export interface GitSource {
  fetch(request: FetchRequest): Promise<FetchedCommit>;
  export(request: ExportRequest): Promise<void>;
  /** Paths that differ between two commits that were fetched; all of the second one's when the first is gone. */
  changedPaths(serviceKey: string, from: string, to: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Drops what no newer fetch needs from every copy; for the cleanup run. */
  tidy(signal: AbortSignal): Promise<void>;
  /** Forgets the copy of a service that is deleted. */
  remove(serviceKey: string): Promise<void>;
  /** At start: removes the deploy keys that processes which are gone left on disk. */
  sweep(): Promise<void>;
}
