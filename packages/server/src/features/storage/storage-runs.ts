import { z } from 'zod';
import { AppError } from '../../kernel/app-error.ts';
import type { RunStepRecord } from '../../platform/runs/run.ts';
import { defineRunKind, type JsonValue, type RunContext, type RunKind } from '../../platform/runs/run-kind.ts';
import { readableBytes } from './readable-bytes.ts';
import type { StoragePart } from './storage.ts';
import { storageErrors } from './storage-errors.ts';

export const COLLECT_KIND = 'platform.collect';
/** One at a time. */
export const COLLECT_SUBJECT = 'platform:collect';

/** Something that frees what nothing needs; repeatable. */
export interface Collection {
  /** What people are told: `build caches`. */
  name: string;
  collect: (signal: AbortSignal) => Promise<unknown>;
}

const input = z.strictObject({});
type Input = z.output<typeof input>;
type Bytes = Record<string, number>;

const weighed = z.object({ freedBytes: z.number() });

/** What a collection freed; null while that is not known. */
export function freedBytesOf(steps: readonly RunStepRecord[]): number | null {
  const found = weighed.safeParse(steps.find(({ name }) => name === 'weigh')?.result);
  return found.success ? found.data.freedBytes : null;
}

function bytesOf(parts: readonly StoragePart[]): Bytes {
  return Object.fromEntries(parts.flatMap(({ name, bytes }) => (bytes === null ? [] : [[name, bytes]])));
}

/** The kind of run that frees what nothing needs, and says how much that was. */
export function createCollectRunKind(options: {
  measure: () => Promise<{ parts: StoragePart[] }>;
  readonly collections: () => readonly Collection[];
}): RunKind<Input> {
  const { measure, collections } = options;

  async function before(): Promise<JsonValue> {
    return bytesOf((await measure()).parts);
  }

  async function collect(context: RunContext<Input>): Promise<JsonValue> {
    const faults: string[] = [];
    for (const { name, collect: free } of collections()) {
      context.signal.throwIfAborted();
      await context.assertLease();
      try {
        await free(context.signal);
        context.output.write('system', `looked through ${name}`);
      } catch (error) {
        if (context.signal.aborted) throw error;
        const { message } = AppError.from(error);
        context.logger.warn({ err: error, collection: name }, 'a collection failed');
        context.output.write('system', `Warning: ${name}: ${message}`);
        faults.push(`${name}: ${message}`);
      }
    }
    return { faults };
  }

  async function weigh(context: RunContext<Input>): Promise<JsonValue> {
    const former = context.results['measure'] as Bytes;
    const after = bytesOf((await measure()).parts);
    let freedBytes = 0;
    for (const [name, bytes] of Object.entries(former)) {
      // What grew meanwhile takes nothing away from what was freed.
      const freed = Math.max(0, bytes - (after[name] ?? bytes));
      freedBytes += freed;
      if (freed > 0) context.output.write('system', `${name}: ${readableBytes(freed)} freed`);
    }
    context.output.write('system', `${readableBytes(freedBytes)} freed in all`);
    return { freedBytes };
  }

  /** Last, so that one part that cannot be collected hides nothing of what was freed. */
  async function judge(context: RunContext<Input>): Promise<null> {
    const { faults } = context.results['collect'] as { faults: string[] };
    if (faults.length > 0)
      throw storageErrors.STORAGE_NOT_COLLECTED({ message: `Not collected: ${faults.join('; ')}` });
    return null;
  }

  return defineRunKind<Input>({
    name: COLLECT_KIND,
    // It may take a while, but only one does at a time, and it frees the disk that long runs wait for.
    lane: 'quick',
    input,
    timeoutMs: 2 * 3600 * 1000,
    supersedesQueued: true,
    steps: [
      { name: 'measure', run: before },
      { name: 'collect', run: collect },
      { name: 'weigh', run: weigh },
      { name: 'judge', run: judge },
    ],
  });
}
