import type { AgentLogger } from '../agent-logger.ts';
import type { DiskWatch } from '../state/disk-watch.ts';
import { createRawOutput, type RawOutput } from './raw-output.ts';

/** Moves what an instance writes into its log stream. */
export interface OutputCollector {
  /** Everything written so far is stored. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/** The part of the log store that instances need. */
export interface OutputSink {
  collect(source: {
    key: string;
    instance: string;
    labels: Record<string, string>;
    stdoutPath: string;
    stderrPath: string;
    onConsumed(stream: 'stdout' | 'stderr', offset: number): void;
  }): OutputCollector;
  append(
    key: string,
    line: { instance: string; labels: Record<string, string>; stream: 'system'; content: string },
  ): Promise<void>;
}

/** Output of one instance on its way to the log store. */
export interface InstanceLog {
  /** Adds a line of davit's own. Never rejects: a log that cannot be written must not stop an instance. */
  say(content: string): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface InstanceLogOptions {
  sink: OutputSink;
  key: string;
  instance: string;
  labels: Record<string, string>;
  stdout: string;
  stderr: string;
  /** Of a process that writes into the files itself: where they are. */
  disk?: DiskWatch | undefined;
  logger: AgentLogger;
}

/** Starts collecting; what an earlier life of the agent had stored is not stored twice (the log store keeps its place). */
export function openInstanceLog(options: InstanceLogOptions): InstanceLog {
  const { sink, key, instance, labels, logger } = options;

  async function say(content: string): Promise<void> {
    try {
      await sink.append(key, { instance, labels, stream: 'system', content });
    } catch (thrown) {
      logger.warn({ instance, err: thrown }, 'a log line could not be written');
    }
  }

  const bounded = (stream: string, path: string): RawOutput =>
    createRawOutput({
      path,
      onDropped: (bytes) => void say(`${bytes} bytes of ${stream} were dropped: the disk cannot free them.`),
    });
  const raw = { stdout: bounded('stdout', options.stdout), stderr: bounded('stderr', options.stderr) };
  const collector = sink.collect({
    key,
    instance,
    labels,
    stdoutPath: options.stdout,
    stderrPath: options.stderr,
    onConsumed: (stream, offset) => raw[stream].consumed(offset),
  });
  // What a process could not write never was in its file: nothing else tells of it.
  const unwatch = options.disk?.onRoom((from, until) => {
    const when = `from ${from.toISOString()} to ${until.toISOString()}`;
    void say(`The disk that output goes to was full ${when}: lines that were printed meanwhile may be missing.`);
  });
  return {
    say,
    drain: () => collector.drain(),
    async close() {
      unwatch?.();
      await collector.stop();
      await Promise.all([raw.stdout.idle(), raw.stderr.idle()]);
    },
  };
}
