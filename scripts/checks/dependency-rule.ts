import { isTest, type ModuleGraph } from './module-graph.ts';
import { isWeb, maySeeApi, webZoneOf } from './web-zones.ts';

/** What a module may see of the repository; packages from the registry are everyone's. */
interface Zone {
  readonly name: string;
  sees(target: string): boolean;
}

const SERVER = 'packages/server/src/';
const KNOWN_TO_CLI = ['packages/api', 'packages/build-plan'];

/** `kernel ← platform, ports ← features ← app ← main`, adapters beside it, and packages that see each other's face only. */
export function dependencyRule(graph: ModuleGraph): readonly string[] {
  return graph.paths.filter(isProduct).flatMap((path) => {
    const zone = zoneOf(path);
    return graph.imports(path).flatMap(({ specifier, target }) => {
      const fault = faultOf(path, zone, specifier, target);
      return fault === undefined ? [] : [`${path}: ${fault}`];
    });
  });
}

/** What is shipped: tests and scripts may reach anywhere. */
export function isProduct(path: string): boolean {
  return /^packages\/[^/]+\/(?:src|bin)\//.test(path) && !isTest(path);
}

function faultOf(path: string, zone: Zone, specifier: string, target: string | undefined): string | undefined {
  if (target === undefined) {
    if (isWeb(path) && specifier.startsWith('node:')) return `${specifier} is not there in a browser`;
    return isOwn(specifier) ? `there is no ${specifier}` : undefined;
  }
  if (isTest(target)) return `imports ${target}, which is there for tests`;
  if (packageOf(target) !== packageOf(path)) {
    if (specifier.startsWith('.')) return `reaches into ${target} by a path: import the package by its name`;
    return maySeePackage(path, packageOf(target)) ? undefined : `${zone.name} does not see ${packageOf(target)}`;
  }
  return zone.sees(target) ? undefined : `${zone.name} does not see ${target}`;
}

/** `.mjs` and the like are files beside the source; what does not resolve is no fault of layering but one of the compiler. */
function isOwn(specifier: string): boolean {
  return specifier.startsWith('.') && /\.tsx?$/.test(specifier) && !specifier.includes('.gen.');
}

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

/**
 * The server knows its agent and the plan through adapters only, and `cli` knows the server through its API only; the part of
 * it that starts and stops the platform of its own machine ends the agent too.
 */
function maySeePackage(path: string, target: string): boolean {
  const own = packageOf(path);
  if (own === 'packages/cli') {
    const known = path.startsWith('packages/cli/src/local/') ? [...KNOWN_TO_CLI, 'packages/agent'] : KNOWN_TO_CLI;
    return known.includes(target);
  }
  // A program of its own beside davit: Pulumi starts it, also far from any server.
  if (own === 'packages/pulumi-provider') return target === 'packages/api';
  if (isWeb(path)) return target === 'packages/api' && maySeeApi(path);
  if (own !== 'packages/server') return false;
  // The messages of the rpc services, where they are put into davit's own words.
  if (target === 'packages/api')
    return path.startsWith(`${SERVER}platform/rpc/`) || path.endsWith('-rpc.ts') || isApp(path);
  // What kinds are; the programs themselves are run by their paths.
  if (target.startsWith('modules/')) return path.startsWith(`${SERVER}features/kinds/`) || isApp(path);
  if (target !== 'packages/agent' && target !== 'packages/build-plan') return false;
  return path.startsWith(`${SERVER}adapters/`) || isApp(path);
}

function zoneOf(path: string): Zone {
  if (isWeb(path)) return webZoneOf(path);
  if (!path.startsWith(SERVER)) return { name: packageOf(path), sees: () => true };
  const [top = '', second = '', third = ''] = path.slice(SERVER.length).split('/');
  if (top === 'kernel') return { name: 'the kernel', sees: isIn('kernel') };
  if (top === 'config') return { name: 'config', sees: isIn('kernel', 'platform', 'config') };
  if (top === 'platform') return { name: 'the platform', sees: isIn('kernel', 'platform') };
  if (top === 'adapters') return adapterZone(second, third);
  if (top === 'features') return featureZone(second);
  if (path === `${SERVER}main.ts`) return { name: 'main', sees: () => true };
  if (isApp(path)) return { name: 'the composition root', sees: (target) => target !== `${SERVER}main.ts` };
  return { name: `${top}/ (a folder that the dependency rule does not name)`, sees: () => false };
}

function adapterZone(port: string, implementation: string): Zone {
  const isImplementation = !implementation.includes('.');
  const own = isIn(`adapters/${port}/${implementation}`);
  const below = isIn('kernel');
  return {
    name: isImplementation ? `the adapter ${port}/${implementation}` : `the port ${port}`,
    sees: (target) => below(target) || isPort(target) || (isImplementation && own(target)),
  };
}

function featureZone(feature: string): Zone {
  const allowed = isIn('kernel', 'platform', `features/${feature}`);
  return {
    name: `the feature ${feature}`,
    sees: (target) => allowed(target) || isPort(target) || /\/features\/[^/]+\/index\.ts$/.test(target),
  };
}

function isIn(...folders: readonly string[]): (target: string) => boolean {
  return (target) => folders.some((folder) => target.startsWith(`${SERVER}${folder}/`));
}

/** `adapters/NAME/*.ts`: the interface and its vocabulary; a folder below is an implementation. */
function isPort(path: string): boolean {
  return path.startsWith(`${SERVER}adapters/`) && path.slice(SERVER.length).split('/').length === 3;
}

/** The files beside `main.ts`, which wire and start the rest. */
function isApp(path: string): boolean {
  return path.startsWith(SERVER) && !path.slice(SERVER.length).includes('/');
}
