import type { BufferPool } from './buffer-pool.ts';
import type { LogStoreLogger } from './log-store-logger.ts';
import type { LogStream } from './log-stream.ts';
import { RawTail } from './raw-tail.ts';
import type { LogSource } from './segment-index.ts';
import { TailRunner } from './tail-runner.ts';

/** Brings what one instance prints into a log stream, for as long as it is not stopped. */
export interface Collector {
  /**
   * Returns when everything that the process has written so far is stored and would survive a power cut, an unfinished
   * last line too. To be called when the process has ended; the output files may be removed afterwards.
   */
  drain(): Promise<void>;
  /** Ends collecting; what is not stored stays in the files, for the next collector. */
  stop(): Promise<void>;
}

export interface CollectorOptions extends LogSource {
  /** Files that the instance appends to. They may come into being later. */
  stdoutPath: string;
  stderrPath: string;
  /**
   * The first `offset` bytes of the file are stored and safe: it may punch them out of the file. Called every 4 MiB, and
   * at the latest 30 s after something was stored; the offset goes back when the file was cut short or replaced.
   */
  onConsumed: (stream: 'stdout' | 'stderr', offset: number) => void;
}

export interface CollectorSurroundings {
  /** Opens the stream and keeps it open until `release` is called. */
  acquire: () => Promise<{ stream: LogStream; release: () => void }>;
  buffers: BufferPool;
  logger: LogStoreLogger;
}

export interface RunningCollector extends Collector {
  poll(): void;
}

/** Starts to collect at once. */
export function startCollector(
  options: CollectorOptions,
  { acquire, buffers, logger }: CollectorSurroundings,
): RunningCollector {
  const source: LogSource = { instance: options.instance, labels: { ...options.labels } };
  let acquired: Promise<{ stream: LogStream; release: () => void }> | undefined;
  const lease = (): Promise<{ stream: LogStream; release: () => void }> => {
    acquired ??= acquire().catch((error: unknown) => {
      acquired = undefined;
      throw error;
    });
    return acquired;
  };
  const claims: { release(): void }[] = [];
  const runners = (['stdout', 'stderr'] as const).map((name) => {
    const path = name === 'stdout' ? options.stdoutPath : options.stderrPath;
    return new TailRunner({
      async open() {
        const { stream } = await lease();
        claims.push(stream.claim(source.instance, name));
        return new RawTail({ stream, source, name, path, buffers });
      },
      sync: async () => (await lease()).stream.sync(),
      onConsumed: options.onConsumed,
      logger,
    });
  });
  return {
    async drain() {
      await Promise.all(runners.map((runner) => runner.drain()));
    },
    async stop() {
      await Promise.all(runners.map((runner) => runner.stop()));
      for (const claim of claims.splice(0)) claim.release();
      await acquired?.then(({ release }) => release()).catch(() => undefined);
      acquired = undefined;
    },
    poll() {
      for (const runner of runners) runner.poll();
    },
  };
}
