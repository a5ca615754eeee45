import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { archiveOfFolder } from '../support/archive.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// Every example of the repository becomes a running service, by a real upload, with the real tools of its language.

interface Expectation {
  example: string;
  /** What the page says. */
  says: string;
  /** What the output of the first deployment says. */
  announces: string;
  /** Whether there is an install step, which a second deployment of the same source takes from the cache. */
  installs: boolean;
}

const examples: Expectation[] = [
  { example: 'hello-node', says: 'Hello from davit', announces: 'there is nothing to install', installs: false },
  { example: 'node-build', says: '"builtAt":', announces: '$ npm ci', installs: true },
  { example: 'pnpm-workspace', says: 'Hello', announces: 'pnpm', installs: true },
  { example: 'vite-spa', says: '<title>vite-spa</title>', announces: 'vite build', installs: true },
  { example: 'python-flask', says: 'Hello from Flask', announces: 'requirements.txt', installs: true },
  { example: 'python-fastapi', says: 'Hello from FastAPI', announces: 'uv', installs: true },
  { example: 'go-hello', says: 'Hello from Go', announces: 'go build', installs: false },
  { example: 'rust-hello', says: 'Hello from Rust', announces: 'cargo build', installs: false },
  { example: 'java-maven', says: 'Hello from Java', announces: 'mvn', installs: false },
  { example: 'static-site', says: 'Files, served as they are.', announces: 'static', installs: false },
  { example: 'shell-script', says: '<html', announces: 'start.sh', installs: false },
  { example: 'procfile', says: 'Hello from the web process', announces: 'Procfile', installs: false },
];

let platform: Platform;
let projectId: string;

beforeAll(async () => {
  // Two builds at a time: more would only wait for each other.
  platform = await startPlatform({ environment: { WORKER_CONCURRENCY: '2' } });
  projectId = (await platform.api.createProject('examples')).id;
});

afterAll(() => platform[Symbol.asyncDispose]());

const folderOf = (example: string) => fileURLToPath(new URL(`../../../../examples/${example}`, import.meta.url));

/** Deploys an example as a new service and gives the service with what the deployment said. */
async function deployExample(example: string, name = example) {
  const { api } = platform;
  const service = await api.createService(projectId, { name });
  const uploadId = await api.upload(await archiveOfFolder(folderOf(example)));
  const { id } = await api.deploy(service.id, { uploadId });
  const deployment = await api.settled(id, 900_000);
  return { service, deployment, output: (await api.outputOf(deployment.runId)).join('\n') };
}

describe.concurrent('an example becomes a running service', () => {
  test.for(examples)('$example', { timeout: 1_200_000 }, async ({ example, says, announces, installs }, { expect }) => {
    const { api } = platform;
    const { service, deployment, output } = await deployExample(example);
    expect(deployment, output).toMatchObject({ status: 'active', number: 1 });
    expect(output).toContain(announces);
    expect(output).toContain(`Live at ${service.url}`);
    expect(await visit(service.url)).toMatchObject({ status: 200, body: expect.stringContaining(says) });

    // The same source once more: what is installed already is not installed again.
    const again = await api.settled((await api.deploy(service.id)).id, 900_000);
    const said = (await api.outputOf(again.runId)).join('\n');
    expect(again, said).toMatchObject({ status: 'active', number: 2 });
    expect(said.includes('install: unchanged since an earlier build, taken from the cache.'), said).toBe(installs);
    expect(await visit(service.url)).toMatchObject({ status: 200, body: expect.stringContaining(says) });
  });
});

describe('what a static site is served like', () => {
  test('a single-page application answers deep paths with its page, and its assets are kept by browsers', async ({
    expect,
  }) => {
    const { service } = await deployExample('vite-spa', 'single-page');
    const page = await visit(service.url, '/about/nobody/knows');
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>vite-spa</title>') });
    expect(page.headers['cache-control']).toBe('no-cache');

    const asset = /\/assets\/[^"]+\.js/.exec(page.body)?.[0];
    expect(asset).toBeDefined();
    const script = await visit(service.url, asset);
    expect(script.status).toBe(200);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test('a site without a build answers unknown paths with its own page for them', async ({ expect }) => {
    const { service } = await deployExample('static-site', 'plain-site');
    expect(await visit(service.url, '/style.css')).toMatchObject({ status: 200 });
    expect(await visit(service.url, '/nowhere')).toMatchObject({
      status: 404,
      body: expect.stringContaining('Not found'),
    });
  });
});

describe('a Procfile', () => {
  test('its release command runs first, its web process answers, and its worker works beside it', async ({
    expect,
  }) => {
    const { api } = platform;
    const { service, output } = await deployExample('procfile', 'processes');
    expect(output).toContain('release: nothing to migrate');

    const instances = await api.instances(service.id);
    expect(instances.map(({ process, state }) => `${process} ${state}`).sort()).toEqual([
      'web running',
      'worker running',
    ]);
    expect(instances.find(({ process }) => process === 'worker')?.address).toBeNull();

    const lines = await waitUntil('a beat of the worker in the logs', async () => {
      const page = await api.done<{ lines: { content: string; labels: Record<string, string> }[] }>(
        'GET',
        `/v1/services/${service.id}/logs?search=beat`,
      );
      return page.lines.length > 0 && page.lines;
    });
    expect(lines[0]).toMatchObject({ content: 'worker: beat 1', labels: { process: 'worker' } });
  });
});
