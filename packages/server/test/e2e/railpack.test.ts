import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { installRailpack, type RailpackProgram, tagRailpackImages } from '../support/railpack-program.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { visit } from '../support/visit.ts';

/** What operators put where davit finds packages. */
const password = `secret-${crypto.randomUUID()}`;
const registries = {
  npm_config_registry: `https://davit:${password}@npm.example.org/`,
  PIP_INDEX_URL: `https://davit:${password}@pypi.example.org/simple`,
};
let program: RailpackProgram;
let platform: Platform;

beforeAll(async () => {
  const [docker, installed] = await Promise.all([sharedDocker(), installRailpack()]);
  program = installed;
  await tagRailpackImages(docker);
  const path = `${await program.after('env')}:${process.env['PATH']}`;
  platform = await startPlatform({
    environment: { ...registries, RUNTIME: 'docker', DOCKER_HOST: docker.host, PATH: path },
  });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await program?.[Symbol.asyncDispose]();
});

test('a service that asks for Railpack is built as that finds out, with nothing of the operator’s environment, and serves', async () => {
  const { api } = platform;
  const { id: projectId } = await api.createProject('railpack');
  const service = await api.createService(projectId, { name: 'packed', settings: { build: { builder: 'railpack' } } });
  const deployment = await deployFiles(api, service.id, {
    'start.sh': '#!/bin/sh\nexec node server.js\n',
    'server.js': `require('node:http').createServer((_, answer) => answer.end('packed')).listen(process.env.PORT);`,
  });
  const output = await api.outputOf(deployment.runId);
  expect(deployment, output.join('\n')).toMatchObject({ status: 'active' });
  expect(output.join('\n')).toContain('Detected Shell');
  expect(output).toContain('NO_COLOR=1');
  expect(output.join('\n')).not.toMatch(new RegExp(`${password}|npm_config_registry|PIP_INDEX_URL`));
  expect(await visit(service.url)).toMatchObject({ status: 200, body: 'packed' });
});
