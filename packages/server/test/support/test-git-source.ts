import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarArchives } from '../../src/adapters/source/archive/tar-archives.ts';
import type { ArchiveLimits } from '../../src/adapters/source/archives.ts';
import { createGitSource } from '../../src/adapters/source/git/git-cli-source.ts';
import type { FetchedCommit, FetchRequest, GitSource } from '../../src/adapters/source/git-source.ts';
import type { SourceRoom } from '../../src/adapters/source/source-room.ts';
import { createSourceNetwork } from '../../src/app-network.ts';
import type { AppError } from '../../src/kernel/app-error.ts';
import { silentLogger } from '../../src/kernel/logger.ts';

/** A Git source in a folder of its own, that fetches for the service `svc_1`. */
export interface TestGitSource {
  readonly home: string;
  readonly source: GitSource;
  /** Folder of the service's copy. */
  readonly copy: string;
  /** Where exports go. */
  readonly into: string;
  /** Every line of output so far. */
  readonly output: readonly string[];
  fetch(url: string, more?: Partial<FetchRequest>): Promise<FetchedCommit>;
  /** Exports, and lists all that is there then. */
  export(commit: string, rootFolder?: string): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestGitSourceOptions {
  /** Also http and local paths; they are allowed when it is not given. */
  readonly allowInsecure?: boolean;
  /** What one fetch and one export may be. */
  readonly limits?: ArchiveLimits;
  /** What may be called although it is not public; the loopback when it is not given. */
  readonly networks?: readonly string[];
  readonly extraCaFile?: string;
  /** Beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where programs are found. */
  readonly path?: string;
  /** What is kept free of the disks. */
  readonly room?: SourceRoom;
}

export async function createTestGitSource(options: TestGitSourceOptions = {}): Promise<TestGitSource> {
  const home = await mkdtemp(join(tmpdir(), 'davit-git-source-'));
  const { allowInsecure = true, path = process.env['PATH'] ?? '' } = options;
  const folder = join(home, 'copies');
  const network = createSourceNetwork({
    outboundNetworks: options.networks ?? ['127.0.0.0/8'],
    extraCaFile: options.extraCaFile,
  });
  const source = createGitSource({
    archives: tarArchives,
    folder,
    allowInsecure,
    logger: silentLogger,
    environment: { ...options.environment, PATH: path },
    limits: options.limits,
    network,
    room: options.room,
  });
  const { signal } = new AbortController();
  const output: string[] = [];
  const into = join(home, 'out');
  return {
    home,
    source,
    copy: join(folder, 'svc_1'),
    into,
    output,
    fetch: (url, more) =>
      source.fetch({
        serviceKey: 'svc_1',
        url,
        reference: null,
        signal,
        onOutput: (line) => output.push(line),
        ...more,
      }),
    async export(commit, rootFolder = '') {
      await source.export({ serviceKey: 'svc_1', commit, rootFolder, into, signal });
      return (await readdir(into, { recursive: true })).sort();
    },
    async [Symbol.asyncDispose]() {
      await network.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The error that the work must fail with. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  return await work.then(
    () => Promise.reject(new Error('was accepted')),
    (thrown: unknown) => thrown as AppError,
  );
}

/** Processes that run in a folder, by their id. */
export async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_pid, index) => folders[index] === folder);
}
