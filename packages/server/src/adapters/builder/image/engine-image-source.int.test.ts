import { createEngineClient, type EngineAddress, type EngineClient, parseDockerHost } from '@davit/agent/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildForeignImage, buildImage } from '../../../../test/support/container-image.ts';
import { type ImageRegistry, startImageRegistry } from '../../../../test/support/image-registry.ts';
import { sharedDocker } from '../../../../test/support/shared-docker.ts';
import { repositoryOf } from '../../../kernel/image-name.ts';
import type { BuildUse } from '../builder.ts';
import { createEngineImageShelf } from '../dockerfile/engine-image-shelf.ts';
import { listFetchedForOthers, removeFetched } from '../fetched-images.ts';
import type { ImageSource } from '../image-source.ts';
import { createEngineImageSource } from './engine-image-source.ts';

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let registry: ImageRegistry;
let engine: EngineClient;
let source: ImageSource;
/** `HOST/team/app`. */
let app: string;

const manifestList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const manifest = 'application/vnd.docker.distribution.manifest.v2+json';
const signal = new AbortController().signal;
const installation = crypto.randomUUID();

const ask = (path: string, request: RequestInit = {}, headers: Record<string, string> = {}) => {
  const authorization = `Basic ${Buffer.from(`${registry.username}:${registry.password}`).toString('base64')}`;
  return fetch(`http://${registry.host}/v2/team/app/manifests/${path}`, {
    ...request,
    headers: { authorization, accept: manifest, ...headers },
  });
};

/** Puts a list with the image `one` for one kind of machine into the registry. @returns its digest */
async function putList(tag: string, architecture: string): Promise<string> {
  const one = await ask('one');
  const size = (await one.arrayBuffer()).byteLength;
  const digest = one.headers.get('docker-content-digest');
  const entry = { mediaType: manifest, size, digest, platform: { os: 'linux', architecture } };
  const body = JSON.stringify({ schemaVersion: 2, mediaType: manifestList, manifests: [entry] });
  const answer = await ask(tag, { method: 'PUT', body }, { 'content-type': manifestList });
  return answer.headers.get('docker-content-digest') ?? `not taken: ${answer.status}`;
}

const login = (password = registry.password) => ({ registry: registry.host, username: registry.username, password });
/** @param as null: nobody */
const fetchImage = (image: string, as: ReturnType<typeof login> | null = login(), serviceId = 'svc_source') =>
  source.fetch({ image, repository: repositoryOf(image), serviceId, login: as ?? undefined }, () => undefined, signal);

/** What the engine calls everything that it has of the repository. */
const names = async (): Promise<string[]> =>
  (await docker.docker('images', '--digests', app, '--format', '{{.Tag}} {{.Digest}}')).split('\n').filter(Boolean);

beforeAll(async () => {
  [docker, registry] = await Promise.all([sharedDocker(), startImageRegistry()]);
  engine = createEngineClient(parseDockerHost(docker.host) as EngineAddress);
  source = createEngineImageSource(engine, async () => installation);
  app = `${registry.host}/team/app`;
  await buildImage(docker, 'source-app', ['FROM scratch', 'COPY file /file', 'EXPOSE 3000', 'CMD ["/file"]'], {
    file: crypto.randomUUID(),
  });
  await registry.move(docker, 'source-app', 'team/app:one');
});
afterEach(() => removeFetched(engine, installation, { artifacts: [], busy: new Set() }, signal));
afterAll(async () => {
  engine?.close();
  await registry?.[Symbol.asyncDispose]();
});

test('an image is fetched by the digest of its tag, and leaves no tag in the engine', async () => {
  const digest = (await ask('one')).headers.get('docker-content-digest') ?? '';
  const expected = { reference: `${app}@${digest}`, digest, pushedTo: null, exposedPort: 3000 };
  expect(await fetchImage(`${app}:one`)).toMatchObject(expected);
  expect(await names()).toEqual([`<none> ${digest}`]);
  // As somebody writes it who pins it himself.
  expect(await fetchImage(`${app}@${digest}`)).toMatchObject(expected);
  expect(await fetchImage(`${app}:one@${digest}`)).toMatchObject(expected);
  expect(await names()).toEqual([`<none> ${digest}`]);
});

test('what the engine has already is given by its digest, too, to nobody whom the registry would not give it to', async () => {
  const { digest } = await fetchImage(`${app}:one`);
  for (const name of [`${app}@${digest}`, `${app}:one@${digest}`]) {
    const told = { code: 'IMAGE_PULL_DENIED', message: `The registry gives ${name} to nobody who has not signed in.` };
    await expect(fetchImage(name, null, 'svc_stranger')).rejects.toMatchObject(told);
    await expect(fetchImage(name, login('wrong'), 'svc_stranger')).rejects.toMatchObject({ code: 'IMAGE_PULL_DENIED' });
  }
  // Nor is a name of the stranger left in the engine.
  expect(await names()).toEqual([`<none> ${digest}`]);
});

test('of an image for several kinds of machine the digest of the list is what counts', async () => {
  const digest = await putList('several', 'amd64');
  expect(await fetchImage(`${app}:several`)).toMatchObject({ reference: `${app}@${digest}`, digest });
  expect(await names()).toContain(`<none> ${digest}`);
});

describe('a fetched image', () => {
  const installations = [installation, crypto.randomUUID()] as const;
  const [name, again] = [`davit/svc_source:fetched-${installation.slice(0, 8)}-`, 'svc_again'];
  let pinned: string;
  const tags = async () =>
    JSON.parse(await docker.docker('inspect', '-f', '{{json .RepoTags}}', pinned).catch(() => '[]')) as string[];
  const collect = (use: Partial<BuildUse> = {}, own: string = installation) =>
    removeFetched(engine, own, { artifacts: [], busy: new Set(), ...use }, signal);
  beforeEach(async () => {
    pinned = (await fetchImage(`${app}:one`)).reference;
  });

  test('has a name of its service, so that it is none of those that are removed as dangling', async () => {
    expect(await tags()).toEqual([name + pinned.replace(/^.*:/, '')]);
    const dangling = await docker.docker('images', '-q', '--no-trunc', '--filter', 'dangling=true');
    expect(dangling).not.toContain((await docker.docker('inspect', '-f', '{{.Id}}', pinned)).trim());
    const { images } = await createEngineImageShelf(engine, async () => installation).look(new Set(), signal);
    const shelved = images.find(({ names }) => names.includes(pinned));
    expect(shelved).toMatchObject({ serviceId: 'svc_source', buildId: null });
    expect(await listFetchedForOthers(engine, 'svc_other', signal)).toContain(pinned);
    expect(await listFetchedForOthers(engine, 'svc_source', signal)).not.toContain(pinned);
  });

  test('stays while a release needs it, its service is deployed, or it is another installation’s', async () => {
    const artifact = await fetchImage(`${app}:one`, login(), again);
    const before = await tags();
    expect(before).toHaveLength(2);
    await collect({ artifacts: [artifact] });
    await collect({}, installations[1]);
    expect(await tags()).toEqual(before);
    await collect({ busy: new Set([again]) });
    expect(await tags()).toEqual([expect.stringContaining(again)]);
    await collect();
    await expect(docker.docker('inspect', pinned)).rejects.toThrow('No such');
  });

  test('stays while a container is made of it, and goes then', async () => {
    const id = (await docker.docker('inspect', '-f', '{{.Id}}', pinned)).trim();
    const container = (await docker.docker('create', pinned)).trim();
    await collect();
    expect(await docker.docker('inspect', '-f', '{{.Id}}', id)).toContain(id);
    await docker.docker('rm', container);
    await collect();
    await expect(docker.docker('inspect', id)).rejects.toThrow('No such');
  });

  test('that somebody gives a name is his to remove', async () => {
    await docker.docker('tag', pinned, 'of-somebody-else:source');
    await collect();
    expect(await tags()).toEqual(['of-somebody-else:source']);
    // Nor does it become davit's when it is fetched again.
    await fetchImage(`${app}:one`);
    expect(await tags()).toEqual(['of-somebody-else:source']);
    await docker.docker('rmi', 'of-somebody-else:source', pinned);
  });
});

test('a tag that the engine has from elsewhere stays what it is', async () => {
  await docker.docker('tag', 'debian:12', `${app}:one`);
  try {
    const before = await docker.docker('inspect', '-f', '{{.Id}}', `${app}:one`);
    const { reference } = await fetchImage(`${app}:one`);
    expect(await docker.docker('inspect', '-f', '{{.Id}}', `${app}:one`)).toBe(before);
    expect(await docker.docker('inspect', '-f', '{{.Id}}', reference)).not.toBe(before);
  } finally {
    await docker.docker('rmi', `${app}:one`);
  }
});

test('what the registry does not give is said in one true sentence, with the name as somebody wrote it', async () => {
  const refused = (code: string, message: string) => ({ code, message });
  await expect(fetchImage(`${app}:none`)).rejects.toMatchObject(
    refused('IMAGE_NOT_FOUND', `The registry has no ${app}:none.`),
  );
  await expect(fetchImage(`${app}:one`, login('wrong'))).rejects.toMatchObject(
    refused(
      'IMAGE_PULL_DENIED',
      `The registry refused ${app}:one to the stored credential: its password may be wrong, or it may not read this image.`,
    ),
  );
  await expect(fetchImage(`${app}:one`, null)).rejects.toMatchObject(
    refused('IMAGE_PULL_DENIED', `The registry gives ${app}:one to nobody who has not signed in.`),
  );
  await expect(fetchImage('127.0.0.1:1/x:1', null)).rejects.toMatchObject({
    code: 'IMAGE_REGISTRY_UNREACHABLE',
    message: expect.stringMatching(/^127\.0\.0\.1:1\/x:1 could not be fetched: .*connection refused/),
  });
});

test('an image for another kind of machine is said to be, alone or in a list', async () => {
  await putList('elsewhere', 's390x');
  await expect(fetchImage(`${app}:elsewhere`)).rejects.toMatchObject({
    code: 'IMAGE_OTHER_PLATFORM',
    message: expect.stringMatching(/^There is no \S+:elsewhere for this machine: no matching manifest for linux/),
  });
  await buildForeignImage(docker, 'source-foreign', 'linux/s390x');
  const foreign = await registry.move(docker, 'source-foreign', 'team/foreign:one');
  await expect(fetchImage(foreign)).rejects.toMatchObject({
    code: 'IMAGE_OTHER_PLATFORM',
    message: expect.stringMatching(/team\/foreign:one is for linux\/s390x; this machine is linux\//),
  });
});
