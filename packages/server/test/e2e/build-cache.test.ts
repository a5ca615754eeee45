import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles } from '../support/deploy-files.ts';
import { type ImageRegistry, startImageRegistry } from '../support/distribution-server.ts';
import { type DockerEngine, startDockerEngine } from '../support/docker-engine.ts';
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
