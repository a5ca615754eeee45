import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createId } from '../../src/kernel/id.ts';
import { type Logger, silentLogger } from '../../src/kernel/logger.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { isTerminal, type OutputLine, type Run } from '../../src/platform/runs/run.ts';
import { createRunEngine, type EnqueueRun, type RunEngine } from '../../src/platform/runs/run-engine.ts';
import { defineRunKind, type RunKind, type RunStep } from '../../src/platform/runs/run-kind.ts';
import type { RunSettings } from '../../src/platform/runs/run-settings.ts';
import { createTestDatabase } from './test-database.ts';

type AnyInput = z.infer<typeof anyInput>;
const anyInput = z.json();

/** Fast where a server is patient, so that tests of what is slow need not wait. */
const fastSettings: Partial<RunSettings> = {
  // Long: a machine that is busy must not make a worker here lose its runs. Those that are to lose them are processes of their own.
  leaseMs: 15_000,
  renewEveryMs: 500,
  pollEveryMs: 1_000,
  retryBaseMs: 20,
  interruptGraceMs: 2_000,
};

export interface EngineOptions {
  kinds: readonly RunKind<AnyInput>[];
  concurrency?: number;
  ownerName?: string;
  settings?: Partial<RunSettings>;
  database?: Database;
  logger?: Logger;
}

/** Waits until `find` finds something; says what it waited for when it never does. */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(10);
  }
}

/** A database and engines on it, stopped and dropped at the end of the test. */
export async function startEngines() {
  const database = await createTestDatabase({ maxConnections: 20 });
  const engines: RunEngine[] = [];

  async function engine(options: EngineOptions): Promise<RunEngine> {
    const made = createRunEngine({
      database: options.database ?? database,
      logger: options.logger ?? silentLogger,
      concurrency: options.concurrency ?? 4,
      kinds: options.kinds,
      ownerName: options.ownerName ?? 'server-a',
      settings: { ...fastSettings, ...options.settings },
    });
    engines.push(made);
    await made.start();
    return made;
  }

  return {
    database,
    engine,
    kind(name: string, steps: readonly RunStep<AnyInput>[], rest: Partial<RunKind<AnyInput>> = {}): RunKind<AnyInput> {
      return defineRunKind({
        name,
        lane: 'long',
        input: anyInput,
        timeoutMs: 60_000,
        supersedesQueued: false,
        steps,
        ...rest,
      });
    },
    /** Enqueues a run of the platform, in a transaction of its own. */
    async enqueue(made: RunEngine, run: Partial<EnqueueRun> & { kind: string; subject: string }): Promise<string> {
      const whole = { organizationId: null, askedBy: null, input: {}, ...run };
      const { id } = await database.db.transaction().execute((trx) => made.enqueue(trx, whole));
      return id;
    },
    async createOrganization(name: string): Promise<string> {
      const id = createId('org');
      await database.db.insertInto('organizations').values({ id, name }).execute();
      return id;
    },
    /** The run, once it has ended. */
    ended(made: RunEngine, id: string): Promise<Run> {
      return until(`run ${id} ends`, async () => {
        const run = await made.getRun(null, id);
        return isTerminal(run.state) && run;
      });
    },
    async output(made: RunEngine, id: string): Promise<OutputLine[]> {
      const lines: OutputLine[] = [];
      for (;;) {
        const page = await made.readOutput(null, id, { after: lines.at(-1)?.seq ?? 0, limit: 1_000 });
        if (page.lines.length === 0) return lines;
        lines.push(...page.lines);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(engines.map((made) => made.stop(5_000)));
      await database[Symbol.asyncDispose]();
    },
  };
}
