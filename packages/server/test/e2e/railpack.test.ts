import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { installRailpack, type RailpackProgram, tagRailpackImages } from '../support/railpack-program.ts';
import { sharedDocker } from '../support/shared-docker.ts';
import { visit } from '../support/visit.ts';

let program: RailpackProgram;
let platform: Platform;

beforeAll(async () => {
  const [docker, installed] = await Promise.all([sharedDocker(), installRailpack()]);
  program = installed;
  await tagRailpackImages(docker);
  platform = await startPlatform({
    environment: { RUNTIME: 'docker', DOCKER_HOST: docker.host, PATH: `${program.folder}:${process.env['PATH']}` },
  });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  await program?.[Symbol.asyncDispose]();
});

test('a service that asks for Railpack is built as that finds out, and serves', async () => {
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
  expect(await visit(service.url)).toMatchObject({ status: 200, body: 'packed' });
});
