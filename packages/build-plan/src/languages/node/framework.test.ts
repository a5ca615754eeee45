import { describe, expect, test } from 'vitest';
import { type PlanInWords, planOf, problemOf } from '../../../test/support/plan-of.ts';
import type { Tree } from '../../../test/support/source-tree.ts';

const LOCK = { 'package-lock.json': '{}' };
const project = (packages: string[], scripts: Record<string, string> = { build: 'build-it' }, more = {}) => ({
  'package.json': { dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])), scripts, ...more },
  ...LOCK,
});

const cases: [string, Tree, Partial<PlanInWords>][] = [
  [
    'Next with its scripts',
    project(['next', 'react'], { dev: 'next dev', build: 'next build', start: 'next start' }),
    {
      framework: 'next',
      build: ['npm run build'],
      start: { web: 'npm run start' },
      cached: ['exact node_modules', 'incremental .next/cache'],
    },
  ],
  ['Next without scripts', project(['next'], {}), { build: ['next build'], start: { web: 'next start' } }],
  [
    'Next as files',
    {
      ...project(['next'], { build: 'next build', start: 'next start' }),
      'next.config.mjs': "export default { output: 'export' };",
    },
    { site: 'out > null', start: {} },
  ],
  [
    'a setting in a comment is none',
    {
      ...project(['next'], { build: 'next build', start: 'next start' }),
      'next.config.js': "// output: 'export'\nmodule.exports = {};",
    },
    { site: null, start: { web: 'npm run start' } },
  ],
  [
    'Nuxt',
    project(['nuxt'], { build: 'nuxt build' }),
    { framework: 'nuxt', start: { web: 'node .output/server/index.mjs' } },
  ],
  ['Nuxt, generated', project(['nuxt'], { build: 'nuxt generate' }), { site: '.output/public > 200.html' }],
  [
    'React Router',
    project(['@react-router/dev', '@react-router/serve', 'vite']),
    { framework: 'react-router', start: { web: 'react-router-serve ./build/server/index.js' } },
  ],
  [
    'React Router without a server',
    { ...project(['@react-router/dev', 'vite']), 'react-router.config.ts': 'export default { ssr: false };' },
    { site: 'build/client > index.html' },
  ],
  [
    'Remix',
    project(['@remix-run/dev', '@remix-run/serve']),
    { framework: 'remix', start: { web: 'remix-serve ./build/server/index.js' } },
  ],
  [
    'Astro is files',
    project(['astro'], { build: 'astro build', start: 'astro dev' }),
    { framework: 'astro', site: 'dist > null' },
  ],
  [
    'Astro with the Node adapter is a server',
    {
      ...project(['astro', '@astrojs/node']),
      'astro.config.mjs':
        "import node from '@astrojs/node';\nexport default { adapter: node({ mode: 'standalone' }) };",
    },
    { start: { web: 'node ./dist/server/entry.mjs' }, site: null },
  ],
  [
    'SvelteKit with adapter-node',
    {
      ...project(['@sveltejs/kit', '@sveltejs/adapter-node', 'vite']),
      'svelte.config.js': "import adapter from '@sveltejs/adapter-node';",
    },
    { framework: 'sveltekit', start: { web: 'node build' } },
  ],
  [
    'SvelteKit with adapter-static',
    {
      ...project(['@sveltejs/kit', '@sveltejs/adapter-static', 'vite']),
      'svelte.config.js':
        "import adapter from '@sveltejs/adapter-static';\nexport default { kit: { adapter: adapter({ fallback: '200.html' }) } };",
    },
    { site: 'build > 200.html' },
  ],
  [
    'Nest starts what it compiled',
    project(['@nestjs/core'], { build: 'nest build', start: 'nest start', 'start:prod': 'node dist/main' }),
    { framework: 'nest', start: { web: 'node dist/main' } },
  ],
  [
    'Vite',
    project(['vite'], { dev: 'vite', build: 'vite build' }),
    { framework: 'vite', build: ['npm run build'], site: 'dist > index.html' },
  ],
  [
    'Vite with a folder of its own',
    { ...project(['vite']), 'vite.config.ts': "export default { build: { outDir: './public_html/' } };" },
    { site: 'public_html > index.html' },
  ],
  [
    'Vite with a start script for development is still files',
    project(['vite'], { build: 'vite build', start: 'vite --port 3000' }),
    { site: 'dist > index.html', start: {} },
  ],
  [
    'Vite with a server of its own is that server',
    project(['vite', 'express'], { build: 'vite build', start: 'node server.js' }),
    { site: null, start: { web: 'node server.js' } },
  ],
  [
    'Create React App',
    project(['react-scripts'], { build: 'react-scripts build', start: 'react-scripts start' }),
    { site: 'build > index.html' },
  ],
  ['Vue CLI', project(['@vue/cli-service'], { build: 'vue-cli-service build' }), { site: 'dist > index.html' }],
  [
    'Angular, in the folder of its builder',
    {
      ...project(['@angular/cli'], { build: 'ng build', start: 'ng serve' }),
      'angular.json': {
        projects: { shop: { architect: { build: { builder: '@angular/build:application', options: {} } } } },
      },
    },
    { framework: 'angular', site: 'dist/shop/browser > index.html' },
  ],
  [
    'Angular before there was a builder with a server',
    {
      ...project(['@angular/cli'], { build: 'ng build' }),
      'angular.json': {
        projects: {
          shop: {
            architect: { build: { builder: '@angular-devkit/build-angular:browser', options: { outputPath: 'www' } } },
          },
        },
      },
    },
    { site: 'www > index.html' },
  ],
  ['Gatsby', project(['gatsby'], { build: 'gatsby build' }), { site: 'public > null' }],
  ['Docusaurus', project(['@docusaurus/core'], { build: 'docusaurus build' }), { site: 'build > null' }],
  ['Eleventy', project(['@11ty/eleventy'], {}), { build: ['eleventy'], site: '_site > null' }],
];

describe('frameworks on Node', () => {
  test.each(cases)('%s', async (_name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language: 'node', ...expected });
  });

  test('servers behind the proxy listen everywhere and believe what it says', async () => {
    const { plan } = await planOf({
      ...project(['@sveltejs/kit', '@sveltejs/adapter-node']),
      'svelte.config.js': "'@sveltejs/adapter-node'",
    });
    expect(plan.environment).toMatchObject({ HOST: '0.0.0.0', PROTOCOL_HEADER: 'x-forwarded-proto' });
  });

  test('an adapter for another platform is an error that says what to do', async () => {
    const svelte = await problemOf({
      ...project(['@sveltejs/kit']),
      'svelte.config.js': "import a from '@sveltejs/adapter-auto';",
    });
    expect(svelte).toMatchObject({ code: 'PLAN_NO_START', hint: expect.stringContaining('adapter-node') });
    const astro = await problemOf({ ...project(['astro']), 'astro.config.mjs': "import a from '@astrojs/vercel';" });
    expect(astro).toMatchObject({ code: 'PLAN_NO_START', hint: expect.stringContaining('@astrojs/node') });
    const router = await problemOf(project(['@react-router/dev']));
    expect(router).toMatchObject({ code: 'PLAN_NO_START', hint: expect.stringContaining('@react-router/serve') });
  });

  test('a start command of the user makes up for what is missing', async () => {
    const tree = { ...project(['@sveltejs/kit']), 'svelte.config.js': '' };
    expect((await planOf(tree, { startCommand: 'node out' })).start).toEqual({ web: 'sh(node out)' });
  });

  test('a folder that leads out of the source is not believed', async () => {
    const tree = { ...project(['vite']), 'vite.config.js': "export default { build: { outDir: '../../etc' } };" };
    expect((await planOf(tree)).site).toBe('dist > index.html');
  });
});
