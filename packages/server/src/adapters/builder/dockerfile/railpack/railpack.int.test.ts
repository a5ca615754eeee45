import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startCompanyProxy } from '../../../../../test/support/company-proxy.ts';
import { type ImageBuilds, startImageBuilds } from '../../../../../test/support/image-builds.ts';
import {
  installRailpack,
  type RailpackProgram,
  tagRailpackImages,
} from '../../../../../test/support/railpack-program.ts';
import type { BuildOutput } from '../../builder.ts';
import { certificateVariables } from '../../certificate-variables.ts';

let stand: ImageBuilds;
let program: RailpackProgram;
beforeAll(async () => {
  [stand, program] = await Promise.all([startImageBuilds(), installRailpack()]);
  await tagRailpackImages(stand.docker);
});
afterAll(async () => {
  await stand?.[Symbol.asyncDispose]();
  await program?.[Symbol.asyncDispose]();
});
beforeEach(() => stand.next());

const asked = { overrides: { builder: 'railpack' } } as const;
const builderOn = (path: string) => stand.builderWith({ railpack: stand.railpackOn(`${path}:/usr/bin:/bin`) });

test('what Railpack finds out becomes an image of davit’s, with the service’s variables in its build and not in the image', async () => {
  const secret = `secret-${crypto.randomUUID()}`;
  await stand.put({
    'start.sh': '#!/bin/sh\necho started\n',
    'railpack.json': JSON.stringify({
      steps: { build: { commands: ['...', 'echo built in $PWD with $(printenv TOKEN | wc -c) bytes'] } },
    }),
    Dockerfile: 'FROM nowhere\n',
  });
  const { artifact, lines } = await stand.build(
    stand.requestOf({ ...asked, variables: { TOKEN: secret } }),
    builderOn(program.folder),
  );
  expect(lines.join('\n')).toContain(`built in /app with ${secret.length + 1} bytes`);
  expect(lines.join('\n')).not.toContain(secret);
  expect(artifact).toMatchObject({ kind: 'image', processes: [{ name: 'web', argv: null }] });
  expect(await stand.imagesOf(`davit.image.build=${stand.id}`)).not.toBe('');
  expect(await stand.docker.docker('run', '--rm', artifact.reference)).toContain('started');
  expect(await stand.docker.docker('image', 'inspect', artifact.reference)).not.toContain(secret);
  expect(await stand.docker.docker('history', '--no-trunc', artifact.reference)).not.toContain(secret);
});

test('the commands of the settings are Railpack’s', async () => {
  await stand.put({ 'start.sh': 'echo started\n' });
  const commands = { installCommand: 'echo installed by hand', buildCommand: 'echo built by hand' };
  const overrides = { ...asked.overrides, ...commands, startCommand: 'echo by hand' };
  const { artifact, lines } = await stand.build(stand.requestOf({ overrides }), builderOn(program.folder));
  expect(lines).toEqual(expect.arrayContaining(['installed by hand', 'built by hand']));
  expect(await stand.docker.docker('run', '--rm', artifact.reference)).toContain('by hand');
});

test('variables of the service that are meant for Railpack reach it', async () => {
  await stand.put({ 'start.sh': 'echo started\n' });
  const variables = { RAILPACK_START_CMD: 'echo by a variable' };
  const { artifact } = await stand.build(stand.requestOf({ ...asked, variables }), builderOn(program.folder));
  expect(await stand.docker.docker('run', '--rm', artifact.reference)).toContain('by a variable');
});

test('of the operator’s environment it gets PATH alone, which names proxies and registries with their passwords', async () => {
  await stand.put({ 'start.sh': 'echo started\n' });
  const password = `secret-${crypto.randomUUID()}`;
  const path = `${await program.after('echo told; env; echo end')}:/usr/bin:/bin`;
  const operators = {
    PATH: path,
    HTTPS_PROXY: `http://davit:${password}@127.0.0.1:1`,
    all_proxy: `http://davit:${password}@127.0.0.1:1`,
    npm_config_registry: `https://davit:${password}@npm.example.org/`,
    PIP_INDEX_URL: `https://davit:${password}@pypi.example.org/simple`,
    GOPROXY: `https://davit:${password}@go.example.org`,
  };
  const railpack = stand.railpackOn(path, { hostEnvironment: operators });
  const request = stand.requestOf({ ...asked, variables: { MINE: 'one', HOME: '/nowhere' } });
  const { lines } = await stand.build(request, stand.builderWith({ railpack }));
  expect(lines.join('\n')).not.toContain(password);
  const told = Object.fromEntries(
    lines.slice(lines.indexOf('told') + 1, lines.indexOf('end')).map((line) => line.split(/=(.*)/s)),
  );
  // The sandbox says who it is and where; all else is davit's or the service's own.
  const { USER, LOGNAME, PWD, ...rest } = told;
  expect({ USER, LOGNAME, PWD }).toEqual({ USER: 'app', LOGNAME: 'app', PWD: rest['HOME'] });
  expect(rest).toEqual({
    PATH: path,
    HOME: expect.stringMatching(/\/railpack$/),
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    MINE: 'one',
  });
});

test('without mise, which it cannot fetch, it says what it lacks', async () => {
  await stand.put({ 'start.sh': 'echo started\n' });
  const railpack = stand.railpackOn(`${program.bareFolder}:/usr/bin:/bin`);
  const variables = { https_proxy: 'http://127.0.0.1:1' };
  await expect(
    stand.build(stand.requestOf({ ...asked, variables }), stand.builderWith({ railpack })),
  ).rejects.toMatchObject({
    code: 'BUILD_COMMAND_FAILED',
    message: expect.stringMatching(/railpack prepare.*mise/s),
  });
});

test('the authorities of EXTRA_CA_FILE are named to it and to its steps and can be read there, and it trusts a proxy that they vouch for', async () => {
  const step = 'echo a step: $SSL_CERT_FILE $(sha256sum < $SSL_CERT_FILE)';
  await stand.put({
    'start.sh': 'echo started\n',
    'railpack.json': JSON.stringify({ steps: { build: { commands: ['...', step] } } }),
  });
  await using proxy = await startCompanyProxy('github.com');
  const variables = { https_proxy: proxy.url };
  const buildOn = (path: string, extraCaFile?: string) => {
    const request = stand.requestOf({ ...asked, variables, id: `${stand.id}${randomUUID()}` });
    const railpack = stand.railpackOn(`${path}:/usr/bin:/bin`, { extraCaFile });
    return stand.build(request, stand.builderWith({ railpack, extraCaFile }));
  };

  const told = certificateVariables.map((name) => `echo "${name}: $${name} $(sha256sum < "$${name}")"`);
  const { lines } = await buildOn(await program.after(told.join('\n')), proxy.authorityFile);
  const digest = createHash('sha256')
    .update(await readFile(proxy.authorityFile))
    .digest('hex');
  expect(lines).toEqual(
    expect.arrayContaining(certificateVariables.map((name) => `${name}: ${proxy.authorityFile} ${digest}  -`)),
  );
  expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^a step: /\\S+ ${digest} -$`)));

  // Without mise it asks GitHub for one.
  await expect(buildOn(program.bareFolder)).rejects.toMatchObject({ message: expect.stringMatching(/certificate/) });
  expect(proxy.asked).toEqual([]);
  await expect(buildOn(program.bareFolder, proxy.authorityFile)).rejects.toMatchObject({
    message: expect.stringMatching(/extract archive/),
  });
  expect(proxy.asked).toEqual([expect.stringMatching(/^https:\/\/github\.com\/jdx\/mise\//)]);
});

test('a source that it knows nothing about fails with its words', async () => {
  await stand.put({ 'notes.txt': 'nothing to start' });
  await expect(stand.build(stand.requestOf(asked), builderOn(program.folder))).rejects.toMatchObject({
    code: 'BUILD_COMMAND_FAILED',
    message: expect.stringMatching(/railpack prepare/),
  });
});

test('an image that its configuration names is judged like one of a Dockerfile', async () => {
  await stand.put({
    'start.sh': 'echo started\n',
    'railpack.json': JSON.stringify({
      steps: { build: { inputs: [{ image: '169.254.169.254/team/x:1' }, { local: true, include: ['.'] }] } },
    }),
  });
  await expect(stand.build(stand.requestOf(asked), builderOn(program.folder))).rejects.toMatchObject({
    code: 'BUILD_DOCKERFILE_REFUSED',
  });
});

test('where it is not installed, or builds share their /tmp, nothing is started', async () => {
  await stand.put({ 'start.sh': 'echo started\n' });
  const output: BuildOutput = stand.createOutput();
  const notApart = { hasOwnTemporaryFolder: async () => false };
  for (const railpack of [stand.railpackOn('/usr/bin:/bin'), stand.railpackOn(program.folder, notApart)]) {
    await expect(
      stand.build(stand.requestOf(asked), stand.builderWith({ railpack }), { ...output, lines: [] }),
    ).rejects.toMatchObject({ code: 'BUILD_TOOL_MISSING' });
  }
  expect(await stand.commandsOf(stand.id)).toEqual([]);
});
