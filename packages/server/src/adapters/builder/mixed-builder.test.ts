import { expect, test } from 'vitest';
import type { Builder, BuildRequest } from './builder.ts';
import { builderErrors } from './builder-errors.ts';
import { createMixedBuilder } from './mixed-builder.ts';

const request: BuildRequest = {
  id: 'dep_1',
  cacheKey: 'svc_1',
  folder: '/nowhere',
  rootFolder: '',
  overrides: {},
  variables: {},
  limits: {},
  timeoutMs: 1000,
};
const { signal } = new AbortController();
const obstacle = builderErrors.BUILD_IMAGE_LANGUAGE_UNSUPPORTED();

/** Its plan names it, and what it builds tells which plan it was given. */
function named(name: Builder['name']): Builder {
  return {
    name,
    plan: async () => ({ lines: [name], plan: { by: name } }),
    build: async (_, plan) => ({
      kind: 'folder',
      folder: '',
      cwd: '',
      readable: [],
      processes: [],
      release: null,
      environment: { built: `${name} ${JSON.stringify(plan)}` },
    }),
    abandon: async () => {},
    removeSource: async () => {},
    remove: async () => {},
    tidy: async () => {},
    has: async () => true,
    removeCache: async () => {},
  };
}

function mixed(options: { mayBeFolder: boolean; isPossible: boolean }) {
  const findObstacle = async () => (options.isPossible ? undefined : obstacle);
  return createMixedBuilder({ images: named('dockerfile'), folders: named('plan'), findObstacle, ...options });
}

async function builtBy(builder: Builder, plan: unknown): Promise<string | undefined> {
  const output = { write: () => {}, room: async () => {}, announce: async () => ({ stdout: 0, stderr: 0 }) };
  return (await builder.build(request, plan, output, signal)).environment['built'];
}

test('a plan is built by whoever made it', async () => {
  const image = mixed({ mayBeFolder: true, isPossible: true });
  const { plan } = await image.plan(request, signal);
  expect(await builtBy(image, plan)).toBe('dockerfile {"by":"dockerfile"}');
  const folder = mixed({ mayBeFolder: true, isPossible: false });
  const other = await folder.plan(request, signal);
  expect(await builtBy(folder, other.plan)).toBe('plan {"by":"plan"}');
  // A build that goes on after an engine came.
  expect(await builtBy(image, { steps: [] })).toBe('plan {"steps":[]}');
});

test('why there is no image is told, and is the end where services must be containers', async () => {
  const folder = mixed({ mayBeFolder: true, isPossible: false });
  expect((await folder.plan(request, signal)).lines[0]).toContain(obstacle.message);
  const strict = mixed({ mayBeFolder: false, isPossible: false });
  await expect(strict.plan(request, signal)).rejects.toMatchObject({ code: 'BUILD_IMAGE_LANGUAGE_UNSUPPORTED' });
});
