import { withPort } from '../command-line.ts';
import {
  type Detection,
  type DetectionContext,
  existing,
  firstExisting,
  type LanguageDetector,
  type Start,
  stepIn,
  unknownStart,
  web,
} from '../detection.ts';
import type { Toolchain } from '../plan.ts';
import type { SourceFolder } from '../source-folder.ts';
import { findVersionFile, INVALID_VERSION, readHostRange } from '../version-files.ts';

/** Bundler projects: Rails, anything on Rack, Sinatra, plain files. */
export const ruby: LanguageDetector = { language: 'ruby', detect };

async function detect({ source }: DetectionContext): Promise<Detection | undefined> {
  const gemfile = await source.readText('Gemfile');
  if (gemfile === undefined) return undefined;
  const gems = new Set([...gemfile.matchAll(/^\s*gem\s*\(?\s*["']([^"']+)["']/gm)].map((match) => match[1] ?? ''));
  const hasLock = await source.exists('Gemfile.lock');
  const isRails = gems.has('rails') || gems.has('railties');
  const bundler = {
    BUNDLE_PATH: 'vendor/bundle',
    BUNDLE_WITHOUT: 'development:test',
    ...(hasLock ? { BUNDLE_DEPLOYMENT: 'true' } : {}),
  };
  const hasAssets = isRails && (await source.exists('app/assets'));
  const framework = isRails
    ? 'rails'
    : gems.has('sinatra')
      ? 'sinatra'
      : (await source.exists('config.ru'))
        ? 'rack'
        : null;
  return {
    language: 'ruby',
    framework,
    packageManager: 'bundler',
    toolchains: [await findRuby(source, gemfile)],
    steps: [
      stepIn(source, {
        name: 'install',
        commands: [['bundle', 'install']],
        cacheInputs: await existing(source, ['Gemfile', 'Gemfile.lock', '.ruby-version', '.bundle/config']),
        cacheFolders: ['vendor/bundle'],
        cacheMode: hasLock ? 'exact' : 'incremental',
        reason: `Gems as ${hasLock ? 'Gemfile.lock' : 'Gemfile'} has them.`,
        environment: { BUNDLE_JOBS: '4' },
      }),
      ...(hasAssets
        ? [
            stepIn(source, {
              name: 'build',
              commands: [['bundle', 'exec', 'rails', 'assets:precompile']],
              cacheFolders: ['tmp/cache/assets'],
              reason: 'app/assets is there: the assets are compiled.',
              // Compiling needs no secret, but Rails does not start without one.
              environment: { SECRET_KEY_BASE_DUMMY: '1' },
            }),
          ]
        : []),
    ],
    start: await findStart(source, gems, isRails),
    environment: {
      ...bundler,
      RACK_ENV: 'production',
      ...(isRails
        ? { RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1', RAILS_SERVE_STATIC_FILES: '1' }
        : { APP_ENV: 'production' }),
    },
    pathFolders: [],
    reasons: [
      'Gemfile says Ruby; bundler installs the gems into vendor/bundle.',
      ...(framework === null ? [] : [`It is an application of ${framework}.`]),
      ...(isRails
        ? ['Migrations do not run by themselves: set the release command to "bundle exec rails db:migrate".']
        : []),
    ],
    warnings: hasLock ? [] : ['There is no Gemfile.lock: every build may install other versions. Commit it.'],
  };
}

async function findStart(source: SourceFolder, gems: Set<string>, isRails: boolean): Promise<Start> {
  if (isRails)
    return web(
      withPort(['bundle', 'exec', 'rails', 'server', '-b', '0.0.0.0'], '-p PORT'),
      'Rails starts its own server.',
    );
  if (await source.exists('config.ru')) {
    const command = gems.has('puma') ? ['bundle', 'exec', 'puma'] : ['bundle', 'exec', 'rackup', '-o', '0.0.0.0'];
    return web(withPort(command, '-p PORT'), 'config.ru is there.');
  }
  const file = await firstExisting(source, ['app.rb', 'main.rb', 'server.rb']);
  if (file === undefined) {
    return unknownStart(
      'Nothing says which Ruby file is the server.',
      'Add config.ru or a Procfile, or set the start command of the service.',
    );
  }
  const command = ['bundle', 'exec', 'ruby', file];
  return gems.has('sinatra')
    ? web(withPort([...command, '-o', '0.0.0.0'], '-p PORT'), `Sinatra starts from ${file}.`)
    : web(command, `${file} is there.`);
}

async function findRuby(source: SourceFolder, gemfile: string): Promise<Toolchain> {
  const wish = await findVersionFile([source], 'ruby', { '.ruby-version': readHostRange }, readHostRange);
  if (wish !== undefined) return { name: 'ruby', ...wish, from: 'host' };
  const constraints = /^\s*ruby\s*\(?((?:\s*,?\s*["'][^"']+["'])+)/m.exec(gemfile)?.[1];
  const parts = [...(constraints ?? '').matchAll(/["']([^"']+)["']/g)].map((match) => rangeOf(match[1] ?? ''));
  if (parts.length === 0 || parts.includes(INVALID_VERSION))
    return { name: 'ruby', wanted: '*', source: 'default', from: 'host' };
  return { name: 'ruby', wanted: parts.join(' '), source: 'Gemfile', from: 'host' };
}

/** RubyGems' pessimistic operator keeps all but the last number given: `~> 3.2` allows 3.3, `~> 3.2.1` does not. */
function rangeOf(constraint: string): string {
  const [, operator, version] = /^(~>|>=|<=|<|>|=)?\s*(\d+(?:\.\d+){0,2})$/.exec(constraint.trim()) ?? [];
  if (version === undefined) return INVALID_VERSION;
  if (operator === '~>') return version.split('.').length > 2 ? `~${version}` : `^${version}`;
  if (operator === undefined || operator === '=') return readHostRange(version) ?? INVALID_VERSION;
  return `${operator}${version}`;
}
