import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BuildMeter, metered, noMeter } from './build-meter.ts';
import type { Builder, BuildOutput, BuildRequest } from './builder.ts';
import { builderErrors } from './builder-errors.ts';

/** What must be free before a build begins. */
export interface BuildRoom {
  concurrency: number;
  freeMemoryBytes: number;
  freeDiskBytes: number;
  /** The most that one build may use, whatever its service asks for; undefined: as much as the service may. */
  memoryBytes?: number | undefined;
  cpus?: number | undefined;
}

export interface BuildAdmissionOptions extends BuildRoom {
  /** Where builds are made and images are kept: their disks are looked at. */
  folders(signal: AbortSignal): Promise<readonly string[]>;
  /** Ends what a build has started. */
  end(buildId: string, signal: AbortSignal): Promise<void>;
  /** Whether a build that an earlier server began goes on: it needs no leave. */
  isUnderWay(buildId: string, signal: AbortSignal): Promise<boolean>;
  meter?: BuildMeter | undefined;
  /** How free the machine is now; for tests that fill it. */
  measure?: (folders: readonly string[]) => Promise<{ memoryBytes: number; diskBytes: number }>;
}

const lookAgainMs = 500;
const megabytes = (bytes: number) => `${Math.floor(bytes / (1024 * 1024))} MB`;

/** Memory that programs can have without another being thrown out: Node counts caches as available too. Of disks the fullest. */
async function measureMachine(folders: readonly string[]): Promise<{ memoryBytes: number; diskBytes: number }> {
  const disks = await Promise.all(folders.map((folder) => statfs(folder)));
  return { memoryBytes: freemem(), diskBytes: Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize)) };
}

const least = (...values: (number | undefined)[]): number | undefined => {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
};

/**
 * A builder that lets so many builds of this server go on at once, and begins none while memory or disk are short: a build
 * must not take the server down. Who waits is told for what, once for each reason. One that goes on writing until half of
 * the room is gone that was free when it began is ended.
 */
export function admitBuilds<B extends Builder>(builder: B, options: BuildAdmissionOptions): B {
  const { concurrency, freeMemoryBytes, freeDiskBytes, measure = measureMachine, meter = noMeter } = options;
  const leastDiskBytes = freeDiskBytes / 2;
  const waiting: symbol[] = [];
  let running = 0;
  let leaving = Promise.withResolvers<void>();
  const tellBusy = () => meter.busy(waiting.length, running);
  tellBusy();

  /** One sentence, or undefined when there is nothing to wait for. The first who waits is the next who goes. */
  async function obstacle(ticket: symbol, signal: AbortSignal): Promise<{ kind: string; text: string } | undefined> {
    if (running >= concurrency || waiting[0] !== ticket)
      return { kind: 'others', text: `Waiting for another build: ${running} of ${concurrency} are under way.` };
    const { memoryBytes, diskBytes } = await measure(await options.folders(signal));
    // One that waits while nothing is built would wait for ever on a small machine that is as empty as it gets.
    if (memoryBytes < freeMemoryBytes && running > 0)
      return {
        kind: 'memory',
        text: `Waiting for memory: ${megabytes(memoryBytes)} are free, ${megabytes(freeMemoryBytes)} are wanted.`,
      };
    if (diskBytes < freeDiskBytes)
      return {
        kind: 'disk',
        text: `Waiting for disk space: ${megabytes(diskBytes)} are free, ${megabytes(freeDiskBytes)} are wanted.`,
      };
    return undefined;
  }

  async function enter(output: BuildOutput, signal: AbortSignal): Promise<void> {
    const ticket = Symbol('build');
    const since = performance.now();
    waiting.push(ticket);
    tellBusy();
    const said = new Set<string>();
    try {
      for (;;) {
        signal.throwIfAborted();
        const reason = await obstacle(ticket, signal);
        // Nothing is awaited between the look and the entry, so no other build slips in.
        if (reason === undefined && running < concurrency && waiting[0] === ticket) break;
        if (reason !== undefined && !said.has(reason.kind)) output.write('system', reason.text);
        if (reason !== undefined) said.add(reason.kind);
        await Promise.race([sleep(lookAgainMs, undefined, { signal }), leaving.promise]);
      }
      running++;
      meter.waited((performance.now() - since) / 1000);
    } finally {
      waiting.splice(waiting.indexOf(ticket), 1);
      tellBusy();
    }
  }

  /** Looks at the disks until `over`. @returns what is free when it is too little */
  async function watchDisk(over: AbortSignal): Promise<number | undefined> {
    while (!over.aborted) {
      const { diskBytes } = await measure(await options.folders(over));
      if (diskBytes < leastDiskBytes) return diskBytes;
      await sleep(lookAgainMs, undefined, { signal: over });
    }
    return undefined;
  }

  const withinLimits = (request: BuildRequest): BuildRequest => ({
    ...request,
    limits: {
      memoryBytes: least(request.limits.memoryBytes, options.memoryBytes),
      cpus: least(request.limits.cpus, options.cpus),
    },
  });

  return {
    ...builder,
    async build(request, plan, output, signal) {
      if (await options.isUnderWay(request.id, signal)) running++;
      else await enter(output, signal);
      tellBusy();
      const counted: BuildOutput = {
        ...output,
        stage(stage) {
          meter.stage(stage);
          output.stage?.(stage);
        },
      };
      const over = new AbortController();
      const full = new AbortController();
      const watching = watchDisk(AbortSignal.any([signal, over.signal])).then(
        (left) => {
          if (left === undefined) return;
          const message = `The build was ended because it left only ${megabytes(left)} of the disk.`;
          full.abort(builderErrors.BUILD_DISK_FULL({ message }));
        },
        // A disk that cannot be looked at ends no build: the next one is not begun.
        () => {},
      );
      try {
        const either = AbortSignal.any([signal, full.signal]);
        return await metered(meter, signal, () => builder.build(withinLimits(request), plan, counted, either));
      } catch (error) {
        if (signal.aborted || !full.signal.aborted) throw error;
        await options.end(request.id, signal);
        throw full.signal.reason;
      } finally {
        running--;
        tellBusy();
        leaving.resolve();
        leaving = Promise.withResolvers();
        over.abort();
        await watching;
      }
    },
  };
}
