import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { type DockerEngine, startDockerEngine } from '../support/docker-engine.ts';
import { type ImageRegistry, startImageRegistry } from '../support/image-registry.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';

// An engine of its own: what its BuildKit keeps is thrown away in between.

let docker: DockerEngine;
let registry: ImageRegistry;
let platform: Platform;

beforeAll(async () => {
  [docker, registry] = await Promise.all([startDockerEngine(), startImageRegistry()]);
  platform = await startPlatform({
    environment: {
      RUNTIME: 'docker',
      DOCKER_HOST: docker.host,
      REGISTRY_URL: `http://${registry.host}/team`,
      REGISTRY_USERNAME: registry.username,
      REGISTRY_PASSWORD: registry.password,
    },
  });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await docker?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

test('an engine whose build cache is gone takes the steps that are unchanged from the image that serves', async () => {
  const { api } = platform;
  const { id: projectId } = await api.createProject('cache');
  const service = await api.createService(projectId, { name: 'cached' });
  const deploy = async (version: string) => {
    const deployment = await deployFiles(api, service.id, {
      Dockerfile: [
        'FROM node:24-slim',
        'RUN echo "drawn $(cat /proc/sys/kernel/random/uuid)"',
        'COPY server.js /srv/',
        'CMD ["node", "/srv/server.js"]',
      ].join('\n'),
      'server.js': `require('node:http').createServer((_, answer) => answer.end('${version}')).listen(process.env.PORT);`,
    });
    const output = await api.outputOf(deployment.runId);
    expect(deployment, output.join('\n')).toMatchObject({ status: 'active' });
    expect(await visit(service.url)).toMatchObject({ status: 200, body: version });
    return output.filter((line) => line.startsWith('drawn ')).length;
  };

  expect(await deploy('one')).toBe(1);
  await docker.docker('builder', 'prune', '-af');
  expect(await deploy('two')).toBe(0);
});

test('the image of a deployment that fails after its push is forgotten by the registry; the one that serves stays', async () => {
  const { api } = platform;
  const { id: projectId } = await api.createProject('forgotten');
  const service = await api.createService(projectId, {
    name: 'sick',
    settings: { healthCheck: { path: '/', intervalSeconds: 0.1, timeoutSeconds: 2 } },
  });
  const deploy = (status: number) =>
    deployFiles(api, service.id, {
      Dockerfile: 'FROM node:24-slim\nCOPY server.js /srv/\nCMD ["node", "/srv/server.js"]\n',
      'server.js': `require('node:http').createServer((_, answer) => answer.writeHead(${status}).end()).listen(process.env.PORT);`,
    });
  const tagsOf = async ({ id }: ServiceView) => {
    const answer = await registry.ask('GET', `/v2/team/${id}/tags/list`);
    return ((await answer.json()) as { tags: string[] | null }).tags;
  };
  const good = await deploy(200);
  expect(good).toMatchObject({ status: 'active' });
  const sick = await deploy(500);
  expect(sick).toMatchObject({ status: 'failed' });
  expect((await api.outputOf(sick.runId)).join('\n')).toContain(`push ${registry.host}/team/${service.id}:${sick.id}`);
  expect(await tagsOf(service)).toEqual([good.id]);
});
