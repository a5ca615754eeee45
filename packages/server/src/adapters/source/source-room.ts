import { AppError } from '../../kernel/app-error.ts';
import { type Disk, measureDisk, megabytes, waitForDisk, whileDiskLasts } from '../disk/disk-room.ts';
import { defaultArchiveLimits } from './archives.ts';
import { sourceErrors } from './source-errors.ts';

const block = 4096;
/** Bytes that a file of this size takes on a disk. */
export const onDisk = (size: number): number => Math.ceil(size / block) * block;

/** The most that one source takes when it is unpacked: where so much is free, nobody asks how large it is. */
const largestSource = defaultArchiveLimits.bytes + defaultArchiveLimits.entries * block;
/** What was cut off would have become larger, and names and folders take some room too. */
const margin = 1.25;
/** It is begun so often; each time only once there is room for all that is known of it. */
const mostTries = 4;

/** Something that writes a source, whole or not at all: of one that is ended nothing is left. */
export interface SourceWork<T> {
  /** Where it writes: that disk is looked at. */
  folder: string;
  /** What it will take on the disk, in bytes; for one of which that can be said before. */
  measure?: (signal: AbortSignal) => Promise<number>;
  /** Bytes of what is there where it writes; for the others, of which it is seen how they grow. */
  written?: () => Promise<number>;
  work: (signal: AbortSignal) => Promise<T>;
}

/**
 * Does the work while there is room on its disk. `say` is told what it waits for, once for each wait.
 * @throws SOURCE_EXCEEDS_DISK, SOURCE_DISK_FULL, what the work throws, and the reason of `signal`
 */
export type SourceRoom = <T>(
  work: SourceWork<T>,
  say: ((text: string) => void) | undefined,
  signal: AbortSignal,
) => Promise<T>;

/** For disks that nobody looks after. */
export const anyRoom: SourceRoom = ({ work }, _say, signal) => work(signal);

const isFull = (thrown: unknown): thrown is AppError =>
  thrown instanceof AppError && thrown.code === sourceErrors.SOURCE_DISK_FULL().code;

export interface SourceRoomOptions {
  /** Must be free before a source is written; one that leaves less than half of it is ended. */
  wantedBytes: number;
  /** For tests that fill the disk. */
  measure?: (folder: string) => Promise<Disk>;
}

/**
 * Keeps sources from filling the disks of the database and of all that runs, by the rule of builds: one waits until there is
 * room, and is ended when it leaves too little. Where the disk is so short that its size matters, one waits for room for all of
 * it beside those that are being written, and one that is larger than the disk may hold fails.
 */
export function createSourceRoom({ wantedBytes, measure = measureDisk }: SourceRoomOptions): SourceRoom {
  const keptBytes = wantedBytes / 2;
  /** What is being written, with what each will take as far as that is known. */
  const underWay = new Map<symbol, number>();
  const promisedBytes = () => [...underWay.values()].reduce((sum, bytes) => sum + bytes, 0);

  return async (source, say = () => {}, signal) => {
    const { folder } = source;
    const ticket = Symbol('source');
    const freeBytes = async () => (await measure(folder)).freeBytes;
    let bytes = 0;
    let writtenBytes = 0;
    let writtenBefore: number | undefined;

    async function judge(mostBytes: number): Promise<void> {
      bytes = Math.max(bytes, (await source.measure?.(signal)) ?? 0, writtenBytes * margin);
      if (bytes + keptBytes <= mostBytes) return;
      const isKnown = source.measure !== undefined;
      const taken = `${isKnown ? '' : 'more than '}${megabytes(isKnown ? bytes : writtenBytes)}`;
      throw sourceErrors.SOURCE_EXCEEDS_DISK({
        message: `The source takes ${taken}, and the disk of the server has room for ${megabytes(mostBytes - keptBytes)} at most.`,
      });
    }

    async function enter(): Promise<void> {
      const room = Math.max(wantedBytes, bytes + keptBytes);
      // What is promised to others is not free any more.
      const look = async () => {
        const left = (await freeBytes()) - promisedBytes();
        // Nothing is awaited between the look and the entry, so that two do not take the same room.
        if (left >= room) underWay.set(ticket, bytes);
        return Math.max(0, left);
      };
      await waitForDisk({ look, wantedBytes: room }, say, signal);
    }

    async function write() {
      const look = async () => {
        const written = (await source.written?.()) ?? 0;
        writtenBefore ??= written;
        writtenBytes = Math.max(writtenBytes, written - writtenBefore);
        return await freeBytes();
      };
      const full = (left: number) =>
        sourceErrors.SOURCE_DISK_FULL({
          message: `Getting the source was ended because it left only ${megabytes(left)} of the disk.`,
        });
      return await whileDiskLasts({ look, wantedBytes }, full, source.work, signal);
    }

    for (let tries = 1; ; tries++) {
      const disk = await measure(folder);
      const isShort = disk.freeBytes - promisedBytes() < largestSource + keptBytes;
      if (isShort || tries > 1) await judge(disk.mostBytes);
      try {
        await enter();
        return await write();
      } catch (thrown) {
        if (signal.aborted || !isFull(thrown)) throw thrown;
        if (tries === mostTries) {
          const { message } = thrown;
          throw sourceErrors.SOURCE_DISK_FULL({ message, cause: thrown, transient: false });
        }
        say(`${thrown.message} It begins again once there is room.`);
      } finally {
        underWay.delete(ticket);
      }
    }
  };
}
