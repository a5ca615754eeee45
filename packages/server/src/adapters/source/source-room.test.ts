import { expect, test } from 'vitest';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { sourceErrors } from './source-errors.ts';
import { createSourceRoom, type SourceWork } from './source-room.ts';

const megabyte = 1024 * 1024;

/** A disk of so many MB, of which davit wants 1,000 free; sources are written by hand. */
function setUp(freeMegabytes: number, mostMegabytes = 10_000) {
  const disk = { freeBytes: freeMegabytes * megabyte, mostBytes: mostMegabytes * megabyte };
  const room = createSourceRoom({ wantedBytes: 1000 * megabyte, measure: async () => ({ ...disk }) });

  function write(how: Partial<SourceWork<string>> = {}, signal = new AbortController().signal) {
    const said: string[] = [];
    let begun = 0;
    let end = () => {};
    const work = async (within: AbortSignal) => {
      begun++;
      return await new Promise<string>((resolve, reject) => {
        end = () => resolve('written');
        within.addEventListener('abort', () => reject(sourceErrors.SOURCE_FETCH_CANCELED()));
      });
    };
    const source = { folder: '/sources', work, ...how };
    const done = room(source, (text) => void said.push(text), signal);
    // Whoever wants to know awaits it.
    done.catch(() => {});
    return {
      said,
      done,
      countBegun: () => begun,
      begins: (times = 1) => waitUntil('it begins', () => begun === times),
      waits: (times = 1) => waitUntil('it says that it waits', () => said.length === times),
      end: () => end(),
    };
  }
  const setFree = (megabytes: number) => {
    disk.freeBytes = megabytes * megabyte;
  };
  return { setFree, write };
}

const of = (megabytes: number) => ({ measure: async () => megabytes * megabyte });

test('a source is got once there is room, and who waits is told so once', async () => {
  const { setFree, write } = setUp(900);
  const source = write();
  await source.waits();
  expect([source.said, source.countBegun()]).toEqual([
    ['Waiting for disk space: 900 MB are free, 1000 MB are wanted.'],
    0,
  ]);
  setFree(1100);
  await source.begins();
  source.end();
  expect(await source.done).toBe('written');
  expect(source.said).toHaveLength(1);
});

test('one that waits can be canceled', async () => {
  const cancel = new AbortController();
  const source = setUp(900).write({}, cancel.signal);
  await source.waits();
  cancel.abort(new Error('canceled'));
  await expect(source.done).rejects.toThrow();
  expect(source.countBegun()).toBe(0);
});

test('where the disk is short, it waits for room for all of it', async () => {
  const { setFree, write } = setUp(1200);
  const source = write(of(800));
  await source.waits();
  expect(source.said).toEqual(['Waiting for disk space: 1200 MB are free, 1300 MB are wanted.']);
  setFree(1300);
  await source.begins();
});

test('what one is being given, no other one takes', async () => {
  const { setFree, write } = setUp(1800);
  const first = write(of(800));
  await first.begins();
  const second = write(of(800));
  await second.waits();
  expect(second.said).toEqual(['Waiting for disk space: 1000 MB are free, 1300 MB are wanted.']);
  first.end();
  await second.begins();
  setFree(1000);
  second.end();
  expect(await second.done).toBe('written');
});

test('one that is larger than the disk may hold fails at once, and says how large it is', async () => {
  const source = setUp(1800, 1900).write(of(1800));
  await expect(source.done).rejects.toMatchObject({
    code: 'SOURCE_EXCEEDS_DISK',
    message: 'The source takes 1800 MB, and the disk of the server has room for 1400 MB at most.',
    transient: false,
  });
  expect([source.countBegun(), source.said]).toEqual([0, []]);
});

test('nobody asks how large one is where there is room for the largest', async () => {
  let asked = 0;
  const measure = async () => ++asked;
  const source = setUp(5000).write({ measure });
  await source.begins();
  source.end();
  await source.done;
  expect(asked).toBe(0);
});

test('one that leaves less than half of the room is ended, and begins again once there is room for what it had written', async () => {
  const { setFree, write } = setUp(1200);
  let written = 100 * megabyte;
  const source = write({ written: async () => written });
  await source.begins();
  written += 800 * megabyte;
  setFree(400);
  await source.waits(2);
  expect(source.said).toEqual([
    'Getting the source was ended because it left only 400 MB of the disk. It begins again once there is room.',
    'Waiting for disk space: 400 MB are free, 1500 MB are wanted.',
  ]);
  setFree(1500);
  await source.begins(2);
  source.end();
  expect(await source.done).toBe('written');
});

test('one whose size is not known fails when it had more than the disk may hold', async () => {
  const { setFree, write } = setUp(1800, 1900);
  let written = 0;
  const source = write({ written: async () => written });
  await source.begins();
  written = 1400 * megabyte;
  setFree(400);
  await expect(source.done).rejects.toMatchObject({
    code: 'SOURCE_EXCEEDS_DISK',
    message: 'The source takes more than 1400 MB, and the disk of the server has room for 1400 MB at most.',
  });
});

test('a disk that others fill again and again is the end of it after four times', async () => {
  const { write } = setUp(1800);
  let begun = 0;
  const work = async (): Promise<string> => {
    begun++;
    throw sourceErrors.SOURCE_DISK_FULL();
  };
  await expect(write({ work }).done).rejects.toMatchObject({ code: 'SOURCE_DISK_FULL', transient: false });
  expect(begun).toBe(4);
});

test('what fails for another reason is not begun again', async () => {
  const work = async (): Promise<string> => await Promise.reject(sourceErrors.SOURCE_EMPTY());
  const source = setUp(5000).write({ work });
  await expect(source.done).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
  expect(source.said).toEqual([]);
});
