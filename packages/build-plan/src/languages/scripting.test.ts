import { describe, expect, test } from 'vitest';
import { type PlanInWords, planOf, problemOf } from '../../test/support/plan-of.ts';
import type { Tree } from '../../test/support/source-tree.ts';

const cases: [string, string, Tree, Partial<PlanInWords>][] = [
  [
    'ruby',
    'Rails',
    { Gemfile: 'gem "rails", "~> 8.0"\n', 'Gemfile.lock': '', '.ruby-version': 'ruby-3.4.1\n', 'app/assets/a.css': '' },
    {
      framework: 'rails',
      needs: ['ruby ~3.4.1 < .ruby-version'],
      install: ['bundle install'],
      build: ['bundle exec rails assets:precompile'],
      start: { web: 'sh(exec "$@" -p "$PORT") bundle exec rails server -b 0.0.0.0' },
      cached: ['exact vendor/bundle', 'incremental tmp/cache/assets'],
    },
  ],
  [
    'ruby',
    'Rack with Puma',
    { Gemfile: 'ruby "~> 3.3"\ngem \'puma\'\n', 'Gemfile.lock': '', 'config.ru': '' },
    { framework: 'rack', needs: ['ruby ^3.3 < Gemfile'], start: { web: 'sh(exec "$@" -p "$PORT") bundle exec puma' } },
  ],
  [
    'ruby',
    'Sinatra without config.ru',
    { Gemfile: 'ruby ">= 3.1", "< 4"\ngem "sinatra"\n', 'app.rb': '' },
    {
      framework: 'sinatra',
      needs: ['ruby >=3.1 <4 < Gemfile'],
      start: { web: 'sh(exec "$@" -p "$PORT") bundle exec ruby app.rb -o 0.0.0.0' },
    },
  ],
  [
    'ruby',
    'a plain program',
    { Gemfile: '', 'main.rb': '' },
    { needs: ['ruby * < default'], start: { web: 'bundle exec ruby main.rb' } },
  ],
  [
    'php',
    'Laravel with its assets',
    {
      'composer.json': { require: { php: '^8.2|^8.3', 'laravel/framework': '^12' } },
      'composer.lock': '{}',
      'public/index.php': '',
      'package.json': { devDependencies: { vite: '7' }, scripts: { build: 'vite build' } },
      'package-lock.json': '{}',
    },
    {
      framework: 'laravel',
      install: [
        'composer install --no-dev --no-interaction --no-progress --prefer-dist',
        'npm ci --include=dev --no-audit --no-fund',
      ],
      build: ['npm run build'],
      start: { web: 'sh(exec "$@" "0.0.0.0:$PORT") php -t public -S' },
      site: null,
    },
  ],
  [
    'php',
    'a page without Composer',
    { 'index.php': '' },
    { needs: ['php * < default'], install: [], start: { web: 'sh(exec "$@" "0.0.0.0:$PORT") php -t . -S' } },
  ],
  [
    'php',
    'a range of versions as Composer writes it',
    { 'composer.json': { require: { php: '>=8.1,<8.4' } }, 'index.php': '' },
    { needs: ['php >=8.1 <8.4 < composer.json', 'composer * < composer.json'] },
  ],
  [
    'deno',
    'the task "start"',
    {
      'deno.json': { tasks: { start: 'deno run main.ts', build: 'deno run build.ts' }, imports: { a: 'jsr:@a/a' } },
      'deno.lock': '{}',
    },
    {
      needs: ['deno 2.x < default'],
      install: ['deno install --frozen'],
      build: ['deno task build'],
      start: { web: 'deno task start' },
      cached: ['exact .deno', 'exact node_modules'],
    },
  ],
  [
    'deno',
    'a file with a usual name',
    { 'deno.jsonc': '{\n  // settings\n  "lock": false,\n}\n', 'main.ts': 'Deno.serve(() => new Response())' },
    { install: [], start: { web: 'deno run --allow-net --allow-env --allow-read main.ts' } },
  ],
  [
    'deno',
    'a handler gets its port as an argument',
    { 'deno.json': {}, 'server.ts': 'export default { fetch(request) {} }', '.dvmrc': '2.1.4' },
    {
      needs: ['deno 2.1.4 < .dvmrc'],
      start: { web: 'sh(exec deno serve --allow-env --allow-read --host 0.0.0.0 --port "$PORT" "$1") server.ts' },
    },
  ],
  [
    'node',
    'a deno.json beside a package.json with a start belongs to Node',
    { 'deno.json': {}, 'package.json': { scripts: { start: 'node a.js' } } },
    { start: { web: 'node a.js' } },
  ],
  ['static', 'index.html at the root', { 'index.html': '', 'app.js': '' }, { site: '. > null', start: {} }],
  [
    'static',
    'index.html in public, with a page for paths that are not files',
    { 'public/index.html': '', 'public/200.html': '' },
    { site: 'public > 200.html' },
  ],
  ['static', 'Staticfile', { Staticfile: 'root: www/site\n' }, { site: 'www/site > null' }],
  [
    'shell',
    'start.sh, by sh',
    { 'start.sh': '#!/bin/sh\n', 'public/index.html': '' },
    { start: { web: '/bin/sh start.sh' } },
  ],
  [
    'shell',
    'run.sh, by bash when it says so',
    { 'run.sh': '#!/usr/bin/env bash\n' },
    { start: { web: 'bash run.sh' } },
  ],
  [
    'static',
    'a script whose name says little does not hide a page',
    { 'run.sh': '', 'index.html': '' },
    { site: '. > null' },
  ],
];

describe('languages that are not compiled', () => {
  test.each(cases)('%s: %s', async (language, _name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language, ...expected });
  });

  test('what Deno and Bundler download belongs to the release, where the program looks for it', async () => {
    expect((await planOf({ 'deno.json': {}, 'main.ts': '' })).plan.environment['DENO_DIR']).toBe('.deno');
    expect((await planOf({ Gemfile: '', 'app.rb': '' })).plan.environment['BUNDLE_PATH']).toBe('vendor/bundle');
  });

  test('a Staticfile cannot serve what is outside', async () => {
    expect(await problemOf({ Staticfile: 'root: ../..\n' })).toMatchObject({ code: 'PLAN_PATH_OUTSIDE' });
  });

  test('what is missing is said', async () => {
    expect(await problemOf({ Gemfile: '' })).toMatchObject({ code: 'PLAN_NO_START' });
    expect(await problemOf({ 'composer.json': '{}' })).toMatchObject({ code: 'PLAN_NO_START' });
    expect(await problemOf({ 'deno.json': '{}' })).toMatchObject({ code: 'PLAN_NO_START' });
    expect(await problemOf({ 'index.php': '', 'composer.json': { require: { php: 'new' } } })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
    });
  });
});
