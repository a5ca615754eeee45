import { expect, test } from 'vitest';
import { inlineCacheFlags, inlineCacheOf } from './inline-cache.ts';

const prefix = 'registry.example.com:5000/team';
const digest = `sha256:${'a'.repeat(64)}`;
const cacheFrom = (image: string | undefined) =>
  inlineCacheOf({ cacheKey: 'svc_One', servingImage: async () => image }, prefix);

test('steps are asked for of the image that serves, where it is of this service in this registry', async () => {
  const own = `${prefix}/svc_one@${digest}`;
  expect(await cacheFrom(own)).toEqual({ from: own });
  for (const other of [
    undefined,
    digest,
    `${prefix}/svc_two@${digest}`,
    `${prefix}/svc_one/more@${digest}`,
    `former.example.com/team/svc_one@${digest}`,
  ])
    expect(await cacheFrom(other)).toEqual({ from: undefined });
  expect(await inlineCacheOf({ cacheKey: 'svc_One' }, prefix)).toEqual({ from: undefined });
});

test('an image that is not pushed says nothing of its steps, and asks none', () => {
  expect(inlineCacheFlags(undefined)).toEqual([]);
  expect(inlineCacheFlags({ from: undefined })).toEqual(['--build-arg', 'BUILDKIT_INLINE_CACHE=1']);
  expect(inlineCacheFlags({ from: 'a@b' }).slice(2)).toEqual(['--cache-from', 'a@b']);
});
