import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles, startDeployment } from '../support/deploy-files.ts';
import { type ImageRegistry, startImageRegistry } from '../support/image-registry.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// Images are built from what people upload, and run: by a Dockerfile of their own, or one that davit makes.

const run = promisify(execFile);
const pythonImage = 'davit-test-python:3.11';

let docker: Awaited<ReturnType<typeof sharedDocker>>;
let registry: ImageRegistry;
let platform: Platform;
let projectId: string;

/** Debian's Python under the name that the platform is told. */
async function makePythonImage(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-python-'));
  const install = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null';
  await writeFile(join(folder, 'Dockerfile'), `FROM debian:12\nRUN ${install}\n`);
  await run('/usr/bin/docker', ['-H', docker.host, 'build', '-q', '-t', pythonImage, folder], {
    env: { DOCKER_BUILDKIT: '1', HOME: folder },
  });
  await rm(folder, { recursive: true });
}

beforeAll(async () => {
  [docker, registry] = await Promise.all([sharedDocker(), startImageRegistry()]);
  await makePythonImage();
  const images = `node-build=node:24-slim,python-build=${pythonImage},python=${pythonImage}`;
  platform = await startPlatform({
    environment: {
      RUNTIME: 'auto',
      DOCKER_HOST: docker.host,
      BASE_IMAGES: images,
      WORKER_CONCURRENCY: '2',
      REGISTRY_URL: `http://${registry.host}/team`,
      REGISTRY_USERNAME: registry.username,
      REGISTRY_PASSWORD: registry.password,
    },
  });
  projectId = (await platform.api.createProject('images')).id;
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

const server = (body: string) =>
  `require('node:http').createServer((_, answer) => answer.end(String(${body}))).listen(process.env.PORT);`;

test('a Dockerfile becomes a service; its secrets are in no layer and no output, and its stages have times', async () => {
  const { api } = platform;
  const secret = `s3cret-${crypto.randomUUID()}`;
  const settings = {
    build: { dockerfilePath: 'deploy/Dockerfile', target: 'app', buildArgs: { GREETING: 'hello "there"' } },
  };
  const service = await api.createService(projectId, { name: 'own', settings });
  await api.done('POST', `/v1/services/${service.id}/env`, { name: 'NPM_TOKEN', value: secret });
  const deployment = await deployFiles(api, service.id, {
    'deploy/Dockerfile': [
      'FROM node:24-slim AS app',
      'ARG GREETING',
      'ENV GREETING=$GREETING',
      'RUN --mount=type=secret,id=NPM_TOKEN cat /run/secrets/NPM_TOKEN && wc -c < /run/secrets/NPM_TOKEN',
      'COPY server.js /srv/',
      'CMD ["node", "/srv/server.js"]',
      'FROM app AS other',
      'RUN false',
    ].join('\n'),
    'server.js': server('process.env.GREETING'),
  });
  const output = (await api.outputOf(deployment.runId)).join('\n');
  expect(deployment, output).toMatchObject({ status: 'active' });
  expect(await visit(service.url)).toMatchObject({ status: 200, body: 'hello "there"' });
  expect(output).toMatch(/RUN --mount=type=secret,id=NPM_TOKEN .*[\s\S]*done in [\d.]+ s/);
  expect(output).toContain(String(secret.length));
  expect(output).not.toContain(secret);
  const id = (await docker.docker('images', '-q', '--filter', `label=davit.image.service=${service.id}`)).trim();
  const { stdout } = await run('/usr/bin/docker', ['-H', docker.host, 'save', id], {
    maxBuffer: 1024 * 1024 * 1024,
    encoding: 'buffer',
  });
  expect(stdout.includes(secret)).toBe(false);

  const figures = await (await fetch(`${platform.url}/metrics`)).text();
  expect(figures).toMatch(/^davit_build_duration_seconds_count\{result="succeeded"\} [1-9]/m);
  expect(figures).toMatch(/^davit_build_stages_total\{from="build"\} [1-9]/m);
});

test('a program that insists on its port is reached there, in a container; plain processes cannot have one', async () => {
  const { api } = platform;
  const stubborn = await api.createService(projectId, { name: 'stubborn', settings: { port: 3111 } });
  const deployment = await deployFiles(api, stubborn.id, {
    Dockerfile: 'FROM node:24-slim\nCOPY server.js /srv/\nCMD ["node", "/srv/server.js"]\n',
    'server.js': server("'insists, told ' + process.env.PORT").replace('process.env.PORT);', '3111);'),
  });
  expect(deployment, (await api.outputOf(deployment.runId)).join('\n')).toMatchObject({ status: 'active' });
  expect(await visit(stubborn.url)).toMatchObject({ status: 200, body: 'insists, told 3111' });

  const site = await api.createService(projectId, { name: 'stubborn-site', settings: { port: 3111 } });
  expect(await deployFiles(api, site.id, { 'index.html': '<p>a page</p>' })).toMatchObject({
    status: 'failed',
    errorCode: 'SERVICE_PORT_UNSUPPORTED',
    reason: expect.stringContaining('Port 3111 is set, and this source runs as plain processes'),
  });
});

test('a Node application without a Dockerfile is installed, built and run as an unprivileged user', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'generated-node' });
  await api.done('POST', `/v1/services/${service.id}/env`, { name: 'GREETING', value: "it's built" });
  const deployment = await deployFiles(api, service.id, {
    'package.json': JSON.stringify({
      scripts: { build: 'node -e "fs.writeFileSync(\'built.txt\', process.env.GREETING)"', start: 'node server.js' },
    }),
    'server.js': server("require('node:fs').readFileSync('built.txt', 'utf8') + process.getuid()"),
  });
  expect(deployment, (await api.outputOf(deployment.runId)).join('\n')).toMatchObject({ status: 'active' });
  expect(await visit(service.url)).toMatchObject({ status: 200, body: "it's built10001" });
});

test('a Python application without a Dockerfile gets its dependencies', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'generated-python' });
  const deployment = await deployFiles(api, service.id, {
    'requirements.txt': 'flask==3.0.3\n',
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n\n@app.get("/")\ndef home():\n    return "from flask"\n',
  });
  expect(deployment, (await api.outputOf(deployment.runId)).join('\n')).toMatchObject({ status: 'active' });
  expect(await visit(service.url)).toMatchObject({ status: 200, body: 'from flask' });
});

test('an image is pushed to the registry, and fetched from there when it is gone from the machine', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'pushed' });
  const deployment = await deployFiles(api, service.id, {
    Dockerfile: 'FROM node:24-slim\nCOPY server.js /srv/\nCMD ["node", "/srv/server.js"]\n',
    'server.js': server("'pushed'"),
  });
  const output = (await api.outputOf(deployment.runId)).join('\n');
  expect(deployment, output).toMatchObject({ status: 'active' });
  expect(output).not.toContain(registry.password);
  const find = (...what: string[]) => docker.docker(...what).then((text) => text.trim());
  const image = await find('images', '-q', '--filter', `label=davit.image.service=${service.id}`);
  // A container that is removed may be back before its image can be taken away.
  await waitUntil('the image to be gone', async () => {
    const container = await find('ps', '-aq', '--filter', `label=davit.service=${service.id}`);
    if (container !== '') await docker.docker('rm', '-f', ...container.split('\n')).catch(() => {});
    return await docker.docker('rmi', '-f', image).then(
      () => true,
      () => false,
    );
  });
  await waitUntil('the service to answer from a fetched image', async () => {
    const seen = await visit(service.url).catch(() => undefined);
    return seen?.status === 200 && seen.body === 'pushed';
  });
  // The same image, listed by each of its names.
  const again = await find('images', '-q', '--filter', `label=davit.image.service=${service.id}`);
  expect(new Set(again.split('\n'))).toEqual(new Set([image]));
});

test('a Dockerfile that reaches for the host is refused, and nothing is started', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'refused' });
  const deployment = await deployFiles(api, service.id, { Dockerfile: 'FROM debian:12\nRUN --network=host true\n' });
  expect(deployment).toMatchObject({
    status: 'failed',
    errorCode: 'BUILD_DOCKERFILE_REFUSED',
    reason: expect.stringContaining('line 2'),
  });
});

test('what cannot be an image runs as plain processes beside the containers; a release command keeps nothing from being one', async () => {
  const { api } = platform;
  const site = await api.createService(projectId, { name: 'site' });
  const deployed = await deployFiles(api, site.id, { 'index.html': '<p>a page</p>' });
  const output = (await api.outputOf(deployed.runId)).join('\n');
  expect(deployed, output).toMatchObject({ status: 'active' });
  expect(output).toContain('It will run as plain processes, without a container. davit generates images for');
  expect(await visit(site.url)).toMatchObject({ status: 200, body: '<p>a page</p>' });

  const released = await api.createService(projectId, { name: 'released' });
  const second = await deployFiles(api, released.id, {
    'package.json': JSON.stringify({ name: 'released', version: '1.0.0' }),
    'server.js': server('process.getuid()'),
    Procfile: 'release: echo "released by $(id -u) in $(pwd)"\nweb: node server.js\n',
  });
  const lines = await api.outputOf(second.runId);
  expect(second, lines.join('\n')).toMatchObject({ status: 'active' });
  expect(lines).toContain('released by 10001 in /app');
  expect(await visit(released.url)).toMatchObject({ status: 200, body: '10001' });
});

test('a build goes on while the server is killed, and is not begun again', async () => {
  const { api } = platform;
  const service = await api.createService(projectId, { name: 'survivor' });
  const { id, runId } = await startDeployment(api, service.id, {
    Dockerfile: [
      'FROM node:24-slim',
      'RUN echo "begun $(od -An -N8 -tx8 /dev/urandom)"; sleep 8',
      'COPY server.js /srv/',
      'CMD ["node", "/srv/server.js"]',
    ].join('\n'),
    'server.js': server("'survived'"),
  });
  await waitUntil('the build began', async () => (await api.outputOf(runId)).some((line) => line.startsWith('begun')));
  await platform.kill();
  await platform.start();
  const deployment = await platform.api.settled(id);
  const output = await platform.api.outputOf(runId);
  expect(deployment, output.join('\n')).toMatchObject({ status: 'active' });
  expect(output.filter((line) => line.startsWith('begun'))).toHaveLength(1);
  expect(await visit(service.url)).toMatchObject({ status: 200, body: 'survived' });
});
