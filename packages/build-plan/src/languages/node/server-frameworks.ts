import { unknownStart, web } from '../../detection.ts';
import { type Framework, frameworkPlan, readConfig, settingOf, site } from './framework.ts';

const EVERYWHERE = { HOST: '0.0.0.0' };

const next: Framework = {
  name: 'next',
  package: 'next',
  plan: async (source) => {
    const isExport = settingOf(await readConfig(source, 'next.config'), 'output') === 'export';
    return frameworkPlan({
      build: ['next', 'build'],
      start: isExport
        ? site('out', null)
        : web(['next', 'start'], 'Next serves its build with PORT from the environment.'),
      ignoresStartScript: isExport,
      // Next's own server reads HOSTNAME, which containers set to a name that is not an address of theirs for everybody.
      environment: isExport ? {} : { HOSTNAME: '0.0.0.0' },
      buildCaches: ['.next/cache'],
      reasons: isExport ? ["next.config has output: 'export': the folder out is served as files."] : [],
    });
  },
};

const nuxt: Framework = {
  name: 'nuxt',
  package: 'nuxt',
  plan: async (_source, manifest) => {
    const isGenerated = /\bgenerate\b/.test(manifest.scripts['build'] ?? '');
    return frameworkPlan({
      build: ['nuxt', 'build'],
      start: isGenerated
        ? site('.output/public', '200.html')
        : web(['node', '.output/server/index.mjs'], 'Nuxt builds a server that reads PORT and HOST.'),
      ignoresStartScript: isGenerated,
      environment: isGenerated ? {} : EVERYWHERE,
      reasons: isGenerated ? ['The build script generates a static Nuxt site: .output/public is served as files.'] : [],
    });
  },
};

/** React Router since 7 and Remix before are one thing with two names. */
function reactRouter(name: string, packageName: string, command: string, serve: string, config: string): Framework {
  return {
    name,
    package: packageName,
    plan: async (source, manifest) => {
      const isSpa = /\bssr\s*:\s*false\b/.test(await readConfig(source, config));
      const hasServe = manifest.dependencies.has(serve);
      const start = hasServe
        ? web([command, './build/server/index.js'], `${serve} serves the build with PORT from the environment.`)
        : unknownStart(`${name} builds a server, but nothing here serves it.`, `Add ${serve} or a script "start".`);
      return frameworkPlan({
        build: packageName.endsWith('react-router/dev') ? ['react-router', 'build'] : ['remix', 'vite:build'],
        start: isSpa ? site('build/client', 'index.html') : start,
        ignoresStartScript: isSpa,
        reasons: isSpa ? [`${config} has ssr: false: build/client is served as files.`] : [],
      });
    },
  };
}

const astro: Framework = {
  name: 'astro',
  package: 'astro',
  plan: async (source, manifest) => {
    const config = await readConfig(source, 'astro.config');
    const adapter = /['"]@astrojs\/(node|vercel|netlify|cloudflare|deno)(?:\/[\w-]+)?['"]/.exec(config)?.[1];
    const out = settingOf(config, 'outDir') ?? 'dist';
    const shared = { build: ['astro', 'build'], buildCaches: ['node_modules/.astro'] };
    if (adapter === undefined && !/\boutput\s*:\s*['"]server['"]/.test(config)) {
      return frameworkPlan({
        ...shared,
        start: site(out, null),
        ignoresStartScript: true,
        reasons: [`Astro without a server adapter builds files: the folder ${out} is served.`],
      });
    }
    const isNode = adapter === 'node' || (adapter === undefined && manifest.dependencies.has('@astrojs/node'));
    return frameworkPlan({
      ...shared,
      start: isNode
        ? web(['node', `./${out}/server/entry.mjs`], "Astro's Node adapter builds a server that reads PORT and HOST.")
        : unknownStart(
            `Astro is set up for ${adapter ?? 'a server'}, which does not run here.`,
            'Use the adapter @astrojs/node, or leave the adapter out for a static site.',
          ),
      environment: isNode ? EVERYWHERE : {},
    });
  },
};

const svelteKit: Framework = {
  name: 'sveltekit',
  package: '@sveltejs/kit',
  plan: async (source, manifest) => {
    const config = await readConfig(source, 'svelte.config');
    const uses = (adapter: string) =>
      config.includes(`@sveltejs/${adapter}`) || (config === '' && manifest.dependencies.has(`@sveltejs/${adapter}`));
    const build = ['vite', 'build'];
    if (uses('adapter-static')) {
      const folder = settingOf(config, 'pages') ?? 'build';
      return frameworkPlan({
        build,
        start: site(folder, settingOf(config, 'fallback') ?? null),
        ignoresStartScript: true,
        reasons: [`SvelteKit's adapter-static builds files: the folder ${folder} is served.`],
      });
    }
    if (!uses('adapter-node')) {
      const problem = unknownStart(
        'SvelteKit has no adapter that runs here.',
        'Install @sveltejs/adapter-node (a server) or @sveltejs/adapter-static (files) and name it in svelte.config.js.',
      );
      return frameworkPlan({ build, start: problem });
    }
    return frameworkPlan({
      build,
      start: web(
        ['node', settingOf(config, 'out') ?? 'build'],
        'adapter-node builds a server that reads PORT and HOST.',
      ),
      // Without them SvelteKit takes itself for http://localhost and refuses every form behind a proxy.
      environment: { ...EVERYWHERE, PROTOCOL_HEADER: 'x-forwarded-proto', HOST_HEADER: 'x-forwarded-host' },
    });
  },
};

const nest: Framework = {
  name: 'nest',
  package: '@nestjs/core',
  plan: async () =>
    frameworkPlan({ build: ['nest', 'build'], start: web(['node', 'dist/main'], 'Nest builds dist/main.') }),
};

/** Frameworks whose usual result is a server; the first whose package is a dependency is it. */
export const serverFrameworks: readonly Framework[] = [
  next,
  nuxt,
  reactRouter('react-router', '@react-router/dev', 'react-router-serve', '@react-router/serve', 'react-router.config'),
  reactRouter('remix', '@remix-run/dev', 'remix-serve', '@remix-run/serve', 'vite.config'),
  astro,
  svelteKit,
  nest,
];
