import { expect, test } from 'vitest';
import { waitUntil } from '../../../test/support/wait-until.ts';
import type { ImageArtifact } from './builder.ts';
import type { ImageRequest } from './image-source.ts';
import { admitPulls } from './pull-admission.ts';

function setUp(free: { bytes: number }) {
  const begun = Promise.withResolvers<void>();
  const fetched = Promise.withResolvers<ImageArtifact>();
  const said: string[] = [];
  let hasBegun = false;
  const source = admitPulls(
    {
      async fetch(_request, _say, signal) {
        hasBegun = true;
        begun.resolve();
        signal.addEventListener('abort', () => fetched.reject(signal.reason));
        return await fetched.promise;
      },
    },
    { look: async () => free.bytes, wantedBytes: 1e9 },
  );
  const request: ImageRequest = { image: 'app:1', repository: 'app', serviceId: 'svc_1', login: undefined };
  const fetch = (signal = new AbortController().signal) =>
    source.fetch(request, (text) => void said.push(text), signal);
  return { begun: begun.promise, fetched, said, hasBegun: () => hasBegun, fetch };
}

test('an image is fetched once there is room for it, and who waits is told so once', async () => {
  const free = { bytes: 1e6 };
  const { begun, fetched, said, hasBegun, fetch } = setUp(free);
  const image = fetch();
  await waitUntil('it waits', () => said.length > 0);
  expect([said, hasBegun()]).toEqual([['Waiting for disk space: 0 MB are free, 953 MB are wanted.'], false]);
  free.bytes = 2e9;
  await begun;
  const artifact = { kind: 'image' } as ImageArtifact;
  fetched.resolve(artifact);
  expect(await image).toBe(artifact);
  expect(said).toHaveLength(1);
});

test('one that waits can be cancelled', async () => {
  const { said, hasBegun, fetch } = setUp({ bytes: 1e6 });
  const cancel = new AbortController();
  const image = fetch(cancel.signal);
  await waitUntil('it waits', () => said.length > 0);
  cancel.abort();
  await expect(image).rejects.toThrow();
  expect(hasBegun()).toBe(false);
});

test('one that leaves less than half of the room is ended, and says so', async () => {
  const free = { bytes: 2e9 };
  const { begun, fetch } = setUp(free);
  const image = fetch();
  await begun;
  free.bytes = 4e8;
  await expect(image).rejects.toMatchObject({
    code: 'BUILD_DISK_FULL',
    message: 'Fetching the image was ended because it left only 381 MB of the disk.',
  });
});
