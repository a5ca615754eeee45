import semver from 'semver';
import { withPort } from '../command-line.ts';
import {
  type Detection,
  type DetectionContext,
  existing,
  type LanguageDetector,
  stepIn,
  unknownStart,
  web,
} from '../detection.ts';
import type { Toolchain } from '../plan.ts';
import { invalidFile } from '../plan-error.ts';
import { joinInside, type SourceFolder } from '../source-folder.ts';
import { keysOf, textOf, valueAt } from '../unknown-value.ts';
import { findVersionFile, readHostRange } from '../version-files.ts';

/**
 * PHP with Composer or without, served by PHP's own server from `public` (or the root). That server needs nothing but PHP and
 * runs several workers; a service with much traffic wants FrankenPHP or PHP-FPM, by its start command.
 */
export const php: LanguageDetector = { language: 'php', detect };

async function detect({ source }: DetectionContext): Promise<Detection | undefined> {
  const composer = await source.readJson('composer.json');
  const folders = ['public', '.', 'web', 'htdocs'];
  const entries = await existing(
    source,
    folders.map((folder) => joinInside(folder, 'index.php')),
  );
  if (composer === undefined && entries.length === 0) return undefined;
  const required = new Set(keysOf(valueAt(composer, 'require')));
  const framework = required.has('laravel/framework')
    ? 'laravel'
    : required.has('symfony/framework-bundle')
      ? 'symfony'
      : null;
  const hasLock = await source.exists('composer.lock');
  const [entry] = entries;
  const folder = entry === undefined ? undefined : entry.includes('/') ? entry.slice(0, entry.lastIndexOf('/')) : '.';
  return {
    language: 'php',
    framework,
    packageManager: composer === undefined ? null : 'composer',
    toolchains: [
      await findPhp(source, composer),
      ...(composer === undefined
        ? []
        : [{ name: 'composer', wanted: '*', source: 'composer.json', from: 'host' } as const]),
    ],
    steps:
      composer === undefined
        ? []
        : [
            stepIn(source, {
              name: 'install',
              commands: [['composer', 'install', '--no-dev', '--no-interaction', '--no-progress', '--prefer-dist']],
              // Composer's scripts are the project's own and may read any of it, as Laravel's package discovery does.
              cacheInputs:
                keysOf(valueAt(composer, 'scripts')).length > 0
                  ? ['.']
                  : await existing(source, ['composer.json', 'composer.lock', 'auth.json']),
              cacheFolders: ['vendor'],
              homeCacheFolders: ['.cache/composer', '.composer/cache'],
              cacheMode: hasLock ? 'exact' : 'incremental',
              reason: `Packages as ${hasLock ? 'composer.lock' : 'composer.json'} has them.`,
            }),
          ],
    start:
      folder === undefined
        ? unknownStart('There is no index.php in public or at the root.', 'Set the start command of the service.')
        : web(
            // -S takes its address as the next argument, so the folder comes before it.
            withPort(['php', '-t', folder, '-S'], '0.0.0.0:PORT'),
            `PHP's own server serves ${entry}.`,
          ),
    environment: {
      PHP_CLI_SERVER_WORKERS: '4',
      ...(framework === 'laravel' ? { APP_ENV: 'production', LOG_CHANNEL: 'stderr' } : {}),
      ...(framework === 'symfony' ? { APP_ENV: 'prod' } : {}),
    },
    pathFolders: composer === undefined ? [] : ['vendor/bin'],
    reasons: [
      composer === undefined
        ? `${entry} says PHP.`
        : `composer.json says PHP${framework === null ? '' : `, with ${framework}`}.`,
      ...(folder === undefined
        ? []
        : [`PHP's own server serves the folder ${folder}; ${entry} answers what is not a file.`]),
      ...(framework === 'laravel'
        ? ['Migrations do not run by themselves: set the release command to "php artisan migrate --force".']
        : []),
    ],
    warnings:
      composer !== undefined && !hasLock
        ? ['There is no composer.lock: every build may install other versions. Commit it.']
        : [],
  };
}

async function findPhp(source: SourceFolder, composer: unknown): Promise<Toolchain> {
  const wish = await findVersionFile([source], 'php', { '.php-version': readHostRange }, readHostRange);
  if (wish !== undefined) return { name: 'php', ...wish, from: 'host' };
  const text = textOf(valueAt(composer, 'require', 'php'));
  if (text === undefined) return { name: 'php', wanted: '*', source: 'default', from: 'host' };
  const wanted = text
    .replaceAll(/\s*\|\|?\s*/g, ' || ')
    .replaceAll(',', ' ')
    .replaceAll(/@\w+/g, '');
  if (semver.validRange(wanted) === null) {
    throw invalidFile(joinInside(source.folder, 'composer.json'), 'the wanted version of PHP is no version range');
  }
  return { name: 'php', wanted, source: 'composer.json', from: 'host' };
}
