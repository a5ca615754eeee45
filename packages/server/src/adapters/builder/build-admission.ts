import { freemem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureFreeDisk, megabytes, waitingForDisk, whileDiskLasts } from '../disk/disk-room.ts';
import { type BuildMeter, metered, noMeter } from './build-meter.ts';
import { type BuildTicket, createBuildTurns } from './build-turns.ts';
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

/** Memory that programs can have without another being thrown out: Node counts caches as available too. Of disks the fullest. */
async function measureMachine(folders: readonly string[]): Promise<{ memoryBytes: number; diskBytes: number }> {
  const diskBytes = await measureFreeDisk(folders);
  return { memoryBytes: freemem(), diskBytes };
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
  const room = {
    look: async (signal: AbortSignal) => (await measure(await options.folders(signal))).diskBytes,
    wantedBytes: freeDiskBytes,
  };
  const turns = createBuildTurns();
  let leaving = Promise.withResolvers<void>();
  const tellBusy = () => meter.busy(turns.countWaiting(), turns.countRunning());
  tellBusy();

  /** One sentence, or undefined when there is nothing to wait for. Who waits for memory or disk has the turn meanwhile. */
  async function obstacle(
    ticket: BuildTicket,
    signal: AbortSignal,
  ): Promise<{ kind: string; text: string } | undefined> {
    const running = turns.countRunning();
    if (running >= concurrency || !turns.isNext(ticket))
      return { kind: 'others', text: `Waiting for another build: ${running} of ${concurrency} are under way.` };
    const { memoryBytes, diskBytes } = await measure(await options.folders(signal));
    // One that waits while nothing is built would wait for ever on a small machine that is as empty as it gets.
    if (memoryBytes < freeMemoryBytes && running > 0)
      return {
        kind: 'memory',
        text: `Waiting for memory: ${megabytes(memoryBytes)} are free, ${megabytes(freeMemoryBytes)} are wanted.`,
      };
    if (diskBytes < freeDiskBytes) return { kind: 'disk', text: waitingForDisk(diskBytes, freeDiskBytes) };
    return undefined;
  }

  async function enter(ticket: BuildTicket, output: BuildOutput, signal: AbortSignal): Promise<void> {
    const since = performance.now();
    turns.wait(ticket);
    tellBusy();
    const said = new Set<string>();
    try {
      for (;;) {
        signal.throwIfAborted();
        const reason = await obstacle(ticket, signal);
        // Nothing is awaited between the look and the entry, so no other build slips in.
        if (reason === undefined && turns.countRunning() < concurrency && turns.isNext(ticket)) break;
        if (reason !== undefined && !said.has(reason.kind)) output.write('system', reason.text);
        if (reason !== undefined) said.add(reason.kind);
        await Promise.race([sleep(lookAgainMs, undefined, { signal }), leaving.promise]);
      }
      turns.begin(ticket);
      meter.waited((performance.now() - since) / 1000);
    } catch (error) {
      turns.giveUp(ticket);
      throw error;
    } finally {
      tellBusy();
    }
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
      const ticket: BuildTicket = { organizationId: request.organizationId };
      if (await options.isUnderWay(request.id, signal)) turns.begin(ticket);
      else await enter(ticket, output, signal);
      tellBusy();
      const counted: BuildOutput = {
        ...output,
        stage(stage) {
          meter.stage(stage);
          output.stage?.(stage);
        },
      };
      let cut: Error | undefined;
      const full = (left: number) => {
        const message = `The build was ended because it left only ${megabytes(left)} of the disk.`;
        cut = builderErrors.BUILD_DISK_FULL({ message });
        return cut;
      };
      const work = (within: AbortSignal) =>
        metered(meter, signal, () => builder.build(withinLimits(request), plan, counted, within));
      try {
        return await whileDiskLasts(room, full, work, signal);
      } catch (error) {
        if (error === cut) await options.end(request.id, signal);
        throw error;
      } finally {
        turns.end(ticket);
        tellBusy();
        leaving.resolve();
        leaving = Promise.withResolvers();
      }
    },
  };
}
