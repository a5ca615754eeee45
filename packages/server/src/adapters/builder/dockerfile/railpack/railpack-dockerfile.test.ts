import { expect, test } from 'vitest';
import { judgeDockerfile } from '../judge-dockerfile.ts';
import { railpackDockerfile } from './railpack-dockerfile.ts';
import { readRailpackPlan } from './railpack-plan.ts';

const base = 'ghcr.io/railwayapp/railpack-runtime:mise-1';

/** As Railpack writes it for an application with dependencies, a build and files that are left out. */
const plan = {
  $schema: 'https://schema.railpack.com',
  caches: { npm: { directory: '/root/.npm', type: 'locked' } },
  secrets: ['TOKEN'],
  steps: [
    {
      name: 'build',
      inputs: [{ step: 'install' }, { local: true, include: ['.'] }],
      commands: [{ cmd: "sh -c 'npm run build'", customName: 'npm run build' }],
      caches: ['npm'],
      secrets: ['*'],
    },
    {
      name: 'install',
      inputs: [{ image: 'ghcr.io/railwayapp/railpack-builder:mise-1' }],
      commands: [
        { path: '/mise/shims' },
        { src: 'package.json', dest: 'package.json' },
        { src: 'gone.lock', dest: 'gone.lock' },
        { path: '/etc/mise/config.toml', name: 'mise.toml' },
        { cmd: 'npm ci' },
      ],
      assets: { 'mise.toml': '[tools]\nnode = "22"\n' },
      variables: { NODE_ENV: 'production', PRICE: '$5 "each"' },
    },
  ],
  deploy: {
    base: { image: base },
    inputs: [
      { step: 'install', include: ['/app/node_modules'] },
      { step: 'build', include: ['.'], exclude: ['node_modules', '*.log'] },
    ],
    startCommand: 'npm start',
    variables: { NODE_ENV: 'staging' },
    paths: ['/app/node_modules/.bin'],
  },
};

const generate = (text: unknown) =>
  railpackDockerfile(readRailpackPlan(JSON.stringify(text)), ['vars'], 'DIGEST', async (path) => path !== 'gone.lock');

test('each step is a stage after those that it needs, with their variables and paths, and the last one is what runs', async () => {
  const content = await generate(plan);
  const lines = content.split('\n');
  expect(lines.filter((line) => !line.startsWith('RUN'))).toEqual([
    'FROM ghcr.io/railwayapp/railpack-builder:mise-1 AS step0',
    'WORKDIR /app',
    'ENV NODE_ENV="production"',
    'ENV PRICE="\\$5 \\"each\\""',
    'ENV PATH="/mise/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    'COPY ["package.json","package.json"]',
    '',
    'FROM step0 AS step1',
    'WORKDIR /app',
    'COPY [".","/app"]',
    'ENV NODE_ENV="production"',
    'ENV PRICE="\\$5 \\"each\\""',
    'ENV PATH="/mise/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    'ARG DIGEST',
    '',
    `FROM ${base}`,
    'WORKDIR /app',
    'ENV NODE_ENV="staging"',
    'ENV PRICE="\\$5 \\"each\\""',
    'ENV PATH="/app/node_modules/.bin:/mise/shims:/mise/shims:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
    'ENTRYPOINT ["/bin/bash","-c"]',
    'CMD ["npm start"]',
    '',
  ]);
  judgeDockerfile(content);
});

test('commands have the variables of the service and their caches; what is left out of a copy is said to tar', async () => {
  const runs = (await generate(plan)).split('\n').filter((line) => line.startsWith('RUN'));
  const [file, install, build, modules, rest] = runs;
  expect(runs).toHaveLength(5);
  const content = Buffer.from('[tools]\nnode = "22"\n').toString('base64');
  expect(file).toContain(`mkdir -p /etc/mise && printf %s ${content} | base64 -d > /etc/mise/config.toml`);
  expect(install).toMatch(/^RUN --mount=type=secret,id=vars,\S+ .*exec \/bin\/sh -c 'npm ci'"\]$/);
  expect(build).toMatch(
    /^RUN --mount=type=cache,id=npm,target=\/root\/\.npm,sharing=locked --mount=type=secret,id=vars/,
  );
  expect(modules).toMatch(/^RUN --mount=type=bind,from=step0,target=\/run\/davit\/from /);
  expect(rest).toContain("--exclude=node_modules --exclude='*.log'");
});

const withStep = (step: object) => ({ ...plan, steps: [{ name: 'one', inputs: [{ image: base }], ...step }] });
const alone = { base: { image: base } };

test.each([
  ['no JSON', '{'],
  ['the source at the beginning', { steps: [{ name: 'one', inputs: [{ local: true }] }], deploy: alone }],
  ['a step that is not there', { deploy: { base: { step: 'none' } } }],
  ['a step that needs itself', { steps: [{ name: 'one', inputs: [{ step: 'one' }] }], deploy: alone }],
  ['a cache that is not there', { ...withStep({ commands: [{ cmd: 'true' }], caches: ['none'] }), deploy: alone }],
  ['a file that is not there', { ...withStep({ commands: [{ path: '/x', name: 'none' }] }), deploy: alone }],
  ['something new', { ...withStep({ network: 'host' }), deploy: alone }],
  ['an image with a blank', { ...withStep({ inputs: [{ image: 'a AS b' }] }), deploy: alone }],
  ['a path with a quote', { ...withStep({ commands: [{ src: "a'b", dest: '/x' }] }), deploy: alone }],
  ['a path for the shell', { deploy: { ...alone, inputs: [{ image: base, include: ['/$(id)'] }] } }],
  ['a cache with an option of its own', { caches: { a: { directory: '/x,source=/' } }, deploy: alone }],
  ['a variable of two lines', { deploy: { ...alone, variables: { A: 'a\nRUN b' } } }],
])('a plan with %s is refused', async (_what, text) => {
  const made = async () =>
    typeof text === 'string'
      ? readRailpackPlan(text)
      : railpackDockerfile(readRailpackPlan(JSON.stringify(text)), [], 'D', async () => true);
  await expect(made()).rejects.toMatchObject({ code: 'BUILD_PLAN_FAILED' });
});
