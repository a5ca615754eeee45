import { firstExisting, type Start, unknownStart, web } from '../../detection.ts';
import type { Toolchain } from '../../plan.ts';
import { joinInside, type SourceFolder } from '../../source-folder.ts';
import type { FrameworkPlan } from './framework.ts';
import type { NodeManifest } from './manifest.ts';
import { runsTypeScript } from './node-version.ts';
import type { PackageManager } from './package-manager.ts';
import { fixedPort, isDevelopmentServer, startScript } from './scripts.ts';

const ENTRY_NAMES = ['server', 'index', 'app', 'main', 'src/server', 'src/index', 'src/app', 'src/main'];

export interface NodeStart {
  start: Start;
  reasons: string[];
  warnings: string[];
}

/** What to start: the script for production, the framework's own way, `main`, or a file with a usual name. */
export async function findNodeStart(
  source: SourceFolder,
  manifest: NodeManifest,
  manager: PackageManager,
  node: Toolchain,
  framework: FrameworkPlan | undefined,
  isPnp: boolean,
): Promise<NodeStart> {
  const script = ['start:prod', 'start:production', 'start'].find((name) => manifest.scripts[name] !== undefined);
  const text = script === undefined ? '' : (manifest.scripts[script] ?? '');
  const isUsable =
    script !== undefined &&
    !framework?.ignoresStartScript &&
    (framework === undefined || !isDevelopmentServer(text)) &&
    // `nest start` compiles with the development tools at every start.
    !(framework !== undefined && /^\s*nest\s+start\s*$/.test(text));
  const reasons: string[] = [];
  if (script !== undefined && !isUsable && !framework?.ignoresStartScript) {
    reasons.push(`The script "${script}" (${text}) is a server for development and is not used.`);
  }
  if (isUsable) return fromScript(manifest, manager, script, text, framework !== undefined, isPnp);
  if (framework !== undefined) return { start: withPnp(framework.start, isPnp), reasons, warnings: [] };
  const entry = await findEntry(source, manifest, node);
  if (entry !== undefined) {
    const reason = entry === manifest.main ? '"main" of package.json names it.' : `${entry} is there.`;
    const argv = isPnp ? ['yarn', 'node', entry] : ['node', entry];
    return { start: web(argv, reason), reasons: [`${reason} It is started with ${argv.join(' ')}.`], warnings: [] };
  }
  const start = unknownStart(
    'package.json has no script "start", and no file has a name that says it is the server.',
    'Add a script "start" to package.json, or set the start command of the service.',
  );
  return { start, reasons, warnings: [] };
}

function fromScript(
  manifest: NodeManifest,
  manager: PackageManager,
  script: string,
  text: string,
  hasFramework: boolean,
  isPnp: boolean,
): NodeStart {
  const argv = startScript(manifest, manager, script, !isPnp);
  const port = fixedPort(text);
  const reason = `The script "${script}" of package.json.`;
  return {
    start: web(argv, reason),
    reasons: [`package.json has a script "${script}" (${text}): ${argv.join(' ')} starts the service.`],
    warnings: [
      ...(port === undefined ? [] : [`The script "${script}" fixes port ${port}; the service must listen on PORT.`]),
      ...(!hasFramework && isDevelopmentServer(text)
        ? [`The script "${script}" (${text}) is meant for development.`]
        : []),
    ],
  };
}

/** With Plug'n'Play nothing lies in node_modules: what is started must be started through Yarn. */
function withPnp(start: Start, isPnp: boolean): Start {
  if (!isPnp || start.kind !== 'processes') return start;
  const processes = start.processes.map((process) => ({
    ...process,
    argv: ['yarn', ...(process.argv[0] === 'node' ? [] : ['run']), ...process.argv],
  }));
  return { kind: 'processes', processes };
}

async function findEntry(source: SourceFolder, manifest: NodeManifest, node: Toolchain): Promise<string | undefined> {
  const isRunnable = (file: string) => !/\.[mc]?tsx?$/.test(file) || runsTypeScript(node);
  if (manifest.main !== undefined) {
    const named = joinInside(manifest.main);
    const found = await firstExisting(source, [named, `${named}.js`, `${named}/index.js`]);
    if (found !== undefined && isRunnable(found)) return found === named ? manifest.main : found;
    // What the build makes is not there yet; its folder gives it away.
    if (manifest.scripts['build'] !== undefined && /^(?:dist|build|out|lib)\//.test(named)) return manifest.main;
  }
  for (const extension of ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts']) {
    const found = await firstExisting(
      source,
      ENTRY_NAMES.map((name) => `${name}.${extension}`),
    );
    if (found !== undefined && isRunnable(found)) return found;
  }
  return undefined;
}
