import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ImageBuilds, startImageBuilds } from '../../../../test/support/image-builds.ts';

const run = promisify(execFile);
const hugeOutput = { maxBuffer: 1024 * 1024 * 1024, encoding: 'buffer' } as const;
const caFile = '/etc/ssl/certs/ca-certificates.crt';

let stand: ImageBuilds;
beforeAll(async () => {
  stand = await startImageBuilds();
});
afterAll(() => stand[Symbol.asyncDispose]());
beforeEach(() => stand.next());

describe('a Dockerfile', () => {
  test('is built with its context, target, arguments and platform, and its stages are told with their times', async () => {
    await stand.put({
      'deploy/web.Dockerfile':
        'FROM debian:12 AS base\nARG GREETING\nRUN echo "says: $GREETING" | tee /greeting\nCOPY . /src\nRUN ls /src\nEXPOSE 3000\nFROM base AS other\nRUN false\n',
      'kept.txt': '',
      'left.txt': '',
      '.dockerignore': 'left.txt\n',
    });
    const overrides = {
      dockerfilePath: 'deploy/web.Dockerfile',
      target: 'base',
      buildArgs: { GREETING: '$(id) "x", --y=z' },
      platform: 'linux/amd64',
    };
    const { artifact, lines } = await stand.build(stand.requestOf({ overrides }));
    expect(artifact).toMatchObject({
      kind: 'image',
      reference: expect.stringMatching(/^sha256:/),
      pushedTo: null,
      platform: 'linux/amd64',
      exposedPort: 3000,
      processes: [{ name: 'web', argv: null }],
    });
    expect(lines).toEqual(expect.arrayContaining(['says: $(id) "x", --y=z', 'kept.txt', 'deploy']));
    expect(lines).not.toContain('left.txt');
    expect(lines.join('\n')).toMatch(/— \[base 2\/4\] RUN echo .*\n(?:.*\n)*? {2}done in [\d.]+ s/);
    await stand.builderWith().removeSource(artifact, stand.folder, stand.signal);
    expect([existsSync(stand.folder), existsSync(`${stand.folder}.image`)]).toEqual([false, false]);
    // What the versions promise of the limits of steps is what the build has seen.
    const unlimited = await stand.limitObstacle();
    expect(lines.some((line) => line.includes('were not limited'))).toBe(unlimited !== undefined);
  });

  test('gets variables as secrets, which are in no layer, no history and no file that is left', async () => {
    const secret = `secret-${crypto.randomUUID()}`;
    await stand.put({
      Dockerfile: 'FROM small:1\nRUN --mount=type=secret,id=NPM_TOKEN wc -c < /run/secrets/NPM_TOKEN\n',
    });
    const { artifact, lines } = await stand.build(stand.requestOf({ variables: { NPM_TOKEN: secret } }));
    expect(lines).toContain(String(secret.length));
    const { stdout: saved } = await run(
      '/usr/bin/docker',
      ['-H', stand.docker.host, 'save', artifact.reference],
      hugeOutput,
    );
    expect(saved.includes(secret)).toBe(false);
    expect(await stand.docker.docker('history', '--no-trunc', artifact.reference)).not.toContain(secret);
    const { stdout: found } = await run('grep', ['-rlF', '--', secret, stand.agent.folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(found).toBe('');
    expect(lines.join('\n')).not.toContain(secret);
  });

  test('finds the authorities of EXTRA_CA_FILE in each of its steps, and they are not in the image', async () => {
    await stand.put({
      Dockerfile: 'FROM debian:12\nRUN wc -c < "$NODE_EXTRA_CA_CERTS"\nRUN test -s "$SSL_CERT_FILE" && echo trusted\n',
    });
    const { artifact, lines } = await stand.build(stand.requestOf(), stand.builderWith({ extraCaFile: caFile }));
    expect(lines).toContain('trusted');
    const seen = await stand.docker.docker('run', '--rm', artifact.reference, 'sh', '-c', 'cat /run/davit/*.pem; env');
    expect(seen).not.toMatch(/BEGIN CERTIFICATE|CA_CERTS/);
  });

  test('of one service takes no step from another, and its own from its cache', async () => {
    const files = { Dockerfile: 'FROM debian:12\nRUN echo "drawn: $(od -An -N8 -tx8 /dev/urandom)"\n' };
    const drawn = (lines: string[]) => lines.find((line) => line.startsWith('drawn:'));
    await stand.put(files);
    const first = await stand.build(stand.requestOf({ cacheKey: 'svc_one' }));
    const again = await stand.build(stand.requestOf({ cacheKey: 'svc_one', id: `${stand.id}again` }));
    const other = await stand.build(stand.requestOf({ cacheKey: 'svc_two', id: `${stand.id}other` }));
    expect(drawn(first.lines)).toBeDefined();
    expect(drawn(again.lines)).toBeUndefined();
    expect(drawn(other.lines)).toBeDefined();
    expect(first.artifact.reference).not.toBe(again.artifact.reference);
  });

  test.each([
    [
      'FROM debian:12\nRUN echo the cause; exit 3\n',
      'BUILD_COMMAND_FAILED',
      /RUN echo the cause.*exit code 3.*the cause/,
    ],
    ['FROM debian:12\nRUN exit 137\n', 'BUILD_OUT_OF_MEMORY', /exit code 137/],
    ['FROM debian:12\nCOPY nothing /\n', 'BUILD_DOCKERFILE_INVALID', /COPY nothing.*not found/],
    ['FROM debian:12\nRUM true\n', 'BUILD_DOCKERFILE_INVALID', /line 2.*RUM/i],
    ['FROM 127.0.0.1:1/nothing:1\n', 'BUILD_BASE_IMAGE_UNAVAILABLE', /127\.0\.0\.1:1/],
  ])('that fails says why: %j', async (Dockerfile, code, message) => {
    await stand.put({ Dockerfile });
    await expect(stand.build(stand.requestOf())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('may begin with an image that its service was built to before', async () => {
    const cacheKey = `svc_${'0'.repeat(25)}c`;
    await stand.put({ Dockerfile: 'FROM small:1\nENV KEPT=yes\nCMD ["true"]\n' });
    await stand.build(stand.requestOf({ cacheKey }));
    await stand.put({ Dockerfile: `FROM davit/${cacheKey}:${stand.id}\nRUN echo "kept: $KEPT"\n` });
    const { lines } = await stand.build(stand.requestOf({ cacheKey, id: `${stand.id}again` }));
    expect(lines).toContain('kept: yes');
  });

  test('that takes too long is ended', async () => {
    await stand.put({ Dockerfile: 'FROM debian:12\nRUN sleep 600\n' });
    await expect(stand.build(stand.requestOf({ timeoutMs: 3000 }))).rejects.toMatchObject({ code: 'BUILD_TIMEOUT' });
  });
});

describe('before any process is started', () => {
  test.each(['../Dockerfile', '/etc/passwd', 'a;id', '$(id)', '-f', 'a/-b', 'a b', 'a\nb', '`id`', "'a'"])(
    'the path %j is refused',
    async (dockerfilePath) => {
      await expect(stand.build(stand.requestOf({ overrides: { dockerfilePath } }))).rejects.toMatchObject({
        code: 'BUILD_DOCKERFILE_PATH_REFUSED',
        fields: [{ pointer: '/settings/build/dockerfilePath' }],
      });
      expect(await stand.commandsOf(stand.id)).toEqual([]);
    },
  );

  test('a Dockerfile that is a link out of the source is refused, and one within it is read', async () => {
    await stand.put({ 'inside/real': 'FROM debian:12\n' });
    await symlink('inside/real', join(stand.folder, 'Linked'));
    await symlink('/etc/hostname', join(stand.folder, 'Dockerfile'));
    await symlink('/etc', join(stand.folder, 'etc'));
    const { plan } = await stand
      .builderWith()
      .plan(stand.requestOf({ overrides: { dockerfilePath: 'Linked' } }), stand.signal);
    expect(plan).toEqual({ kind: 'dockerfile', path: 'Linked' });
    for (const dockerfilePath of ['Dockerfile', 'etc/hostname', 'etc/nothing'])
      await expect(stand.build(stand.requestOf({ overrides: { dockerfilePath } }))).rejects.toMatchObject({
        code: 'BUILD_LINK_LEAVES_SOURCE',
      });
    expect(await stand.commandsOf(stand.id)).toEqual([]);
  });

  test('a root folder that is a link out of the source is refused', async () => {
    await symlink('/etc', join(stand.folder, 'app'));
    await expect(stand.build(stand.requestOf({ rootFolder: 'app' }))).rejects.toMatchObject({
      code: 'BUILD_LINK_LEAVES_SOURCE',
    });
  });

  test('a Dockerfile that is named and not there is missing', async () => {
    await expect(stand.build(stand.requestOf({ overrides: { dockerfilePath: 'Nowhere' } }))).rejects.toMatchObject({
      code: 'BUILD_DOCKERFILE_MISSING',
    });
  });

  test.each([
    'FROM 10.1.2.3:5000/app:1',
    'FROM debian:12\nCOPY --from=169.254.169.254/x / /',
    'FROM debian:12\nADD http://169.254.169.254/latest/meta-data /',
    'FROM debian:12\n# escape=`\nADD \\\n http://169.254.169.254/latest/meta-data /',
    'ARG REGISTRY=192.168.0.1\nFROM ${REGISTRY}/app',
    'FROM debian:12\nRUN echo " <<E"\nAD\\\nD http://169.254.169.254/latest/ /\nRUN true\\\nE',
    'FROM debian:12\nADD ht"tp://169.254.169.25""4/latest/" /',
  ])('%s is refused: what builds would call a network that is not public', async (Dockerfile) => {
    await stand.put({ Dockerfile });
    await expect(stand.build(stand.requestOf())).rejects.toMatchObject({
      code: 'BUILD_DOCKERFILE_REFUSED',
      message: expect.stringMatching(/line \d: davit does not call .* in a network that is not public/),
      hint: expect.stringContaining('OUTBOUND_NETWORKS'),
    });
    expect(await stand.commandsOf(stand.id)).toEqual([]);
  });

  test.each([
    'FROM NAME:dep_1',
    'FROM debian:12\nCOPY --from=registry.example.com/team/NAME@sha256:0 / /',
    'FROM debian:12\nRUN --mount=type=bind,from=docker.io/NAME,target=/x true',
    'ARG ID=NAME\nFROM $ID',
    'FROM "NAME":dep_1',
    'FROM debian:12\nRUN --mount=type=bind,from=davit/$UNKNOWN,target=/x true',
  ])('%s is refused where it is the image of another service', async (text) => {
    const other = `svc_${'0'.repeat(25)}b`;
    await stand.put({ Dockerfile: text.replaceAll('NAME', `davit/${other}`) });
    await expect(stand.build(stand.requestOf({ cacheKey: `svc_${'0'.repeat(25)}a` }))).rejects.toMatchObject({
      code: 'BUILD_DOCKERFILE_REFUSED',
      message: expect.stringMatching(/line \d: (?:".*" is the image of another service|nobody can say)/),
    });
    expect(await stand.commandsOf(stand.id)).toEqual([]);
  });

  test('a Dockerfile that reaches for the host is refused', async () => {
    await stand.put({ Dockerfile: 'FROM debian:12\nRUN --network=host true\n' });
    await expect(stand.build(stand.requestOf())).rejects.toMatchObject({ code: 'BUILD_DOCKERFILE_REFUSED' });
    expect(await stand.commandsOf(stand.id)).toEqual([]);
  });
});

test('a source without a Dockerfile gets one: it is installed, built with its variables, and runs as nobody in particular', async () => {
  await stand.put({
    'package.json': JSON.stringify({
      scripts: { build: 'node -e "fs.writeFileSync(\'out.txt\', process.env.GREETING)"', start: 'node server.js' },
    }),
    'server.js':
      "const fs = require('node:fs'); console.log(fs.readFileSync('out.txt', 'utf8'), process.getuid()); fs.writeFileSync('more.txt', '')",
  });
  const variables = { GREETING: 'it\'s\n"two" lines $HOME' };
  const { artifact, lines } = await stand.build(stand.requestOf({ variables }));
  expect(lines.join('\n')).toContain('RUN npm run build');
  expect(artifact.processes).toEqual([{ name: 'web', argv: ['node', 'server.js'] }]);
  expect(await stand.docker.docker('run', '--rm', artifact.reference)).toBe(`${variables.GREETING} 10001\n`);
  const changed = await stand.build(stand.requestOf({ variables: { GREETING: 'another' }, id: `${stand.id}changed` }));
  expect(await stand.docker.docker('run', '--rm', changed.artifact.reference)).toBe('another 10001\n');
});
