import { plainWords } from '../../command-line.ts';
import type { NodeManifest } from './manifest.ts';
import type { PackageManager } from './package-manager.ts';

/** Servers for development: they rebuild, they reload, and they are not meant to face anybody. */
const DEVELOPMENT_SERVER =
  /(?:^|\s|\/)(?:vite(?:\s+(?:dev|serve|preview)\b|\s+-|\s*$)|react-scripts\s+start|ng\s+serve|vue-cli-service\s+serve|astro\s+(?:dev|start|preview)|next\s+dev|nuxt\s+dev|nuxi\s+dev|gatsby\s+develop|docusaurus\s+start|vitepress\s+dev|webpack(?:-dev-server|\s+serve)|parcel(?:\s+serve|\s+\S*\.html)|rsbuild\s+dev|eleventy\s+--serve|remix\s+vite:dev|react-router\s+dev|nodemon\b)/;

/** Whether a script starts a server for development only. */
export function isDevelopmentServer(script: string): boolean {
  return DEVELOPMENT_SERVER.test(script);
}

/** A port that a script is fixed to, which leaves PORT unheard. */
export function fixedPort(script: string): string | undefined {
  return /(?:^|\s)(?:--port[= ]|-p[= ]?|-l[= ]|PORT=)(\d{2,5})\b/.exec(script)?.[1];
}

/** How a script of the service's package.json is run from the service's folder. */
export function runScript(manager: PackageManager, name: string): string[] {
  return [...manager.command, 'run', name];
}

/** How a script of another package of the workspace is run from the workspace's root. */
export function runScriptIn(manager: PackageManager, folder: string, name: string): string[] {
  const target = folder === '.' ? '.' : `./${folder}`;
  // Seen with bun 1.4: `bun --cwd FOLDER run NAME` prints the usage and succeeds.
  if (manager.name === 'bun') return [...manager.command, 'run', '--cwd', target, name];
  const option = { npm: '--prefix', pnpm: '--dir', yarn: '--cwd' }[manager.name];
  return [...manager.command, option, target, 'run', name];
}

/**
 * The start script as an argv. `node FILE …` runs without the package manager between: that saves a process of 50 to 90 MB and
 * its start-up time, and signals reach the server itself.
 */
export function startScript(
  manifest: NodeManifest,
  manager: PackageManager,
  name: string,
  canRunDirectly: boolean,
): string[] {
  const words = plainWords(manifest.scripts[name] ?? '');
  const hasHooks = manifest.scripts[`pre${name}`] !== undefined || manifest.scripts[`post${name}`] !== undefined;
  return canRunDirectly && words !== undefined && words[0] === 'node' && words.length > 1 && !hasHooks
    ? words
    : runScript(manager, name);
}
