import { describe, expect, test } from 'vitest';
import { planOf, problemOf } from '../test/support/plan-of.ts';
import { sourceTree } from '../test/support/source-tree.ts';
import { detectPlan, formatPlan } from './index.ts';

const node = {
  'package.json': { dependencies: { express: '5' }, scripts: { build: 'tsc', start: 'node a.js' } },
  'package-lock.json': '{}',
};

describe('what the user sets', () => {
  test('replaces what is detected, as shell text of their own, unmodified', async () => {
    const plan = await planOf(node, {
      installCommand: 'npm ci && ./patch.sh',
      buildCommand: "make 'all of it'",
      startCommand: 'exec ./run --port $PORT',
    });
    expect(plan).toMatchObject({
      language: 'node',
      install: ['sh(npm ci && ./patch.sh)'],
      build: ["sh(make 'all of it')"],
      start: { web: 'sh(exec ./run --port $PORT)' },
    });
  });

  test('an install command of the user is always run, with the folders of the last time', async () => {
    const { plan } = await planOf(node, { installCommand: 'npm ci' });
    expect(plan.steps[0]).toMatchObject({ cacheMode: 'incremental', cacheFolders: ['node_modules'] });
  });

  test('a blank text sets nothing', async () => {
    expect(
      await planOf(node, { installCommand: ' ', buildCommand: '', startCommand: '', rootFolder: '' }),
    ).toMatchObject({
      install: ['npm ci --include=dev --no-audit --no-fund'],
      build: ['npm run build'],
      start: { web: 'node a.js' },
    });
  });

  test('a start command is enough for a folder that says nothing', async () => {
    expect(await planOf({ 'data.bin': '' }, { startCommand: './serve' })).toMatchObject({
      language: 'shell',
      start: { web: 'sh(./serve)' },
      install: [],
    });
  });

  test('a start command takes the place of a static site, and of the web line of a Procfile', async () => {
    expect(await planOf({ 'index.html': '' }, { startCommand: 'caddy run' })).toMatchObject({
      site: null,
      start: { web: 'sh(caddy run)' },
    });
    const plan = await planOf({ Procfile: 'web: a\nworker: b\n' }, { startCommand: 'c' });
    expect(plan.start).toEqual({ web: 'sh(c)', worker: 'sh(b)' });
  });
});

describe('the root folder', () => {
  const tree = { 'services/api/go.mod': 'module a\n', 'services/api/main.go': 'package main', 'index.html': '' };

  test('is where the service is looked for', async () => {
    expect(await planOf(tree, { rootFolder: './services/api/' })).toMatchObject({
      language: 'go',
      root: 'services/api',
      build: ['[services/api] go build -trimpath -ldflags=-s -w -o .davit/app .'],
    });
  });

  test.each(['..', '../other', 'services/../..', 'services/../services', '/etc', 'a\0b'])(
    'cannot be %j',
    async (rootFolder) => {
      expect(await problemOf(tree, { rootFolder })).toMatchObject({ code: 'PLAN_PATH_OUTSIDE' });
    },
  );

  test('must be a folder that is there', async () => {
    for (const rootFolder of ['services/web', 'index.html']) {
      expect(await problemOf(tree, { rootFolder })).toMatchObject({ code: 'PLAN_FOLDER_MISSING', path: rootFolder });
    }
  });
});

describe('a Procfile', () => {
  test('decides what is started; the language still installs and builds', async () => {
    const plan = await planOf({
      ...node,
      Procfile: '# processes\nweb: node web.js --port $PORT\r\n\nworker:node worker.js  \nrelease: node migrate.js\n',
    });
    expect(plan).toMatchObject({
      install: ['npm ci --include=dev --no-audit --no-fund'],
      build: ['npm run build'],
      start: { web: 'sh(node web.js --port $PORT)', worker: 'sh(node worker.js)' },
      plan: { release: ['/bin/sh', '-c', 'node migrate.js'], staticSite: null },
    });
  });

  test('makes up for a start that is not found', async () => {
    expect((await planOf({ 'requirements.txt': 'celery', Procfile: 'worker: celery worker' })).start).toEqual({
      worker: 'sh(celery worker)',
    });
  });

  test('with a release command only leaves the start to the language', async () => {
    const plan = await planOf({ ...node, Procfile: 'release: node migrate.js' });
    expect(plan.start).toEqual({ web: 'node a.js' });
    expect(plan.plan.release).toEqual(['/bin/sh', '-c', 'node migrate.js']);
  });

  test('must not name a process twice', async () => {
    expect(await problemOf({ Procfile: 'web: a\nweb: b\n' })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
      path: 'Procfile',
      line: 2,
    });
  });
});

describe('several languages in one folder', () => {
  test.each([
    ['php', { 'composer.json': '{}', 'public/index.php': '', 'package.json': {} }],
    ['ruby', { Gemfile: '', 'config.ru': '', 'package.json': {} }],
    ['go', { 'go.mod': 'module a\n', 'main.go': 'package main', 'package.json': { scripts: { start: 'x' } } }],
    ['rust', { 'Cargo.toml': '[package]\nname = "a"\n', 'src/main.rs': '', 'package.json': {} }],
    [
      'node',
      {
        'Cargo.toml': '[package]\nname = "native"\n',
        'src/lib.rs': '',
        'package.json': { scripts: { start: 'node a.js' } },
      },
    ],
    ['python', { 'requirements.txt': '', 'main.py': '', 'package.json': { devDependencies: { prettier: '3' } } }],
    ['node', { 'requirements.txt': '', 'package.json': { scripts: { start: 'node a.js' } } }],
    ['node', { 'package.json': { scripts: { start: 'node a.js' } }, 'index.html': '' }],
    ['static', { 'index.html': '', 'app.js': '' }],
    ['node', { 'index.html': '', 'server.js': '' }],
  ])('%s (%#)', async (language, tree) => {
    expect((await planOf(tree)).language).toBe(language);
  });
});

describe('a Dockerfile', () => {
  test('beside a language is left to another runtime, which is said', async () => {
    const { plan } = await planOf({ ...node, Dockerfile: 'FROM scratch' });
    expect(plan.language).toBe('node');
    expect(plan.reasons.at(-1)).toContain('Dockerfile');
  });

  test('alone is an error that says what to do', async () => {
    const problem = await problemOf({ Dockerfile: 'FROM scratch', 'entry.pl': '' });
    expect(problem).toMatchObject({
      code: 'PLAN_DOCKERFILE_ONLY',
      message: expect.stringContaining('Docker runtime'),
      hint: expect.stringContaining('start command'),
    });
  });
});

describe('a plan', () => {
  test('of a folder that says nothing is an error that says what it holds', async () => {
    const problem = await problemOf({ 'notes.md': '', 'data/a.csv': '' });
    expect(problem).toMatchObject({
      code: 'PLAN_NOT_DETECTED',
      message: expect.stringContaining('data/, notes.md'),
      hint: expect.stringContaining('package.json'),
    });
    expect(await problemOf({})).toMatchObject({
      code: 'PLAN_NOT_DETECTED',
      message: expect.stringContaining('nothing'),
    });
  });

  test('is plain data, and says why', async () => {
    const { plan } = await planOf(node);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan.reasons.length).toBeGreaterThan(2);
  });

  test('is the same for the same source', async () => {
    await using source = await sourceTree(node);
    expect(await detectPlan(source.root)).toEqual(await detectPlan(source.root));
  });

  test('reads well on a terminal', async () => {
    await using source = await sourceTree({ ...node, Procfile: 'web: node a.js\nrelease: ./migrate' });
    expect(formatPlan(await detectPlan(source.root))).toBe(`Language      node
Packages      npm
Needs         node 24.x (default; fetched by davit)
              npm 11.x (fits node 24.x; fetched by davit)
Install       npm ci --include=dev --no-audit --no-fund
                node_modules, ~/.npm: reused while its inputs are the same
Build         npm run build
Release       ./migrate
Start web     node a.js
Variables     NODE_ENV=production

Why
  - package-lock.json says npm: npm ci --include=dev --no-audit --no-fund installs the dependencies.
  - package.json has a script "build" (tsc).
  - package.json has a script "start" (node a.js): node a.js starts the service.
  - Procfile decides what is started: web.
  - Procfile has a line "release": it runs after the build and before the start.
`);
  });

  test('shows what a shell adds, the file that is not there yet, and warnings', async () => {
    await using python = await sourceTree({ 'requirements.txt': 'flask', 'app.py': 'app = Flask()' });
    const text = formatPlan(await detectPlan(python.root));
    expect(text).toContain('Start web     .venv/bin/python -m flask --app app:app run --host 0.0.0.0 --port "$PORT"\n');
    expect(text).toContain('Warnings\n  ! gunicorn is not a dependency');
    await using java = await sourceTree({ 'pom.xml': '<project></project>' });
    expect(formatPlan(await detectPlan(java.root))).toContain('Start web     java -jar target/*.jar\n');
  });

  test('does no harm to a terminal', async () => {
    await using source = await sourceTree({ 'package.json': { scripts: { start: 'node a.js \u001b[2J\u202e' } } });
    const text = formatPlan(await detectPlan(source.root));
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain('\\u001b[2J');
  });
});
