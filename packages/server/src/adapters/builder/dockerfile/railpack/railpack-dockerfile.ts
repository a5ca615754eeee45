import { posix } from 'node:path';
import { builderErrors } from '../../builder-errors.ts';
import { quoted, runLine, shellWord, shownTitle } from '../dockerfile-words.ts';
import type { RailpackCommand, RailpackLayer, RailpackPlan, RailpackStep } from './railpack-plan.ts';

/** Where Railpack's images have the application. */
const app = '/app';
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Where a command finds what it copies from. */
const from = '/run/davit/from';

/** What a step hands on to those that begin with it or take from it. */
interface Environment {
  variables: Record<string, string>;
  /** Folders before the system's in PATH. */
  folders: string[];
}

const setLine = (name: string, value: string) => `ENV ${name}=${quoted(value)}`;
const pathLine = (folders: readonly string[]) => setLine('PATH', [...folders, systemPath].join(':'));

/** Steps in an order in which each comes after those that it needs. @throws AppError BUILD_PLAN_FAILED */
function inOrder(steps: readonly RailpackStep[]): RailpackStep[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const ordered = new Set<RailpackStep>();
  const visit = (step: RailpackStep, above: readonly string[]) => {
    if (ordered.has(step)) return;
    if (above.includes(step.name))
      throw builderErrors.BUILD_PLAN_FAILED({ message: `The step ${step.name} of Railpack's plan needs itself.` });
    for (const input of step.inputs) {
      const needed = 'step' in input ? byName.get(input.step) : undefined;
      if (needed !== undefined) visit(needed, [...above, step.name]);
    }
    ordered.add(step);
  };
  for (const step of steps) visit(step, []);
  return [...ordered];
}

/** Where a path of a step or an image is, and where it goes. */
function inImage(path: string): string {
  if (path === '.' || path === app || path === `${app}/`) return app;
  return posix.resolve(app, path);
}

/**
 * The Dockerfile that does what a plan of Railpack says, so that it is built like any other: limited, labelled, with the same
 * judgement of what it names, by whichever BuildKit there is. Railpack's own frontend is an image that BuildKit would fetch and
 * run, knows no labels, and needs a newer engine than some have.
 *
 * @param secrets ids of the secrets that hold the service's variables, for each command
 * @param digest name of the build argument that changes with the variables
 * @param isThere whether the source has a file or folder of this name: what it has not is left out, as Railpack does
 * @throws AppError BUILD_PLAN_FAILED
 */
export async function railpackDockerfile(
  plan: RailpackPlan,
  secrets: readonly string[],
  digest: string,
  isThere: (path: string) => Promise<boolean>,
): Promise<string> {
  const steps = inOrder(plan.steps);
  const stageOf = new Map(steps.map(({ name }, at) => [name, `step${at}`]));
  const environments = new Map<string, Environment>();

  /** Above the source there is nothing. */
  const isInSource = (path: string) => isThere(posix.relative('/', posix.join('/', path)));

  /** What FROM and COPY --from call it; undefined: the source itself. */
  function sourceOf(layer: RailpackLayer): string | undefined {
    if ('image' in layer) return layer.image;
    if ('local' in layer) return undefined;
    const stage = stageOf.get(layer.step);
    if (stage !== undefined) return stage;
    throw builderErrors.BUILD_PLAN_FAILED({ message: `The plan of Railpack has no step ${layer.step}.` });
  }

  function environmentOf(layers: readonly RailpackLayer[]): Environment {
    const parents = layers.flatMap((layer) => ('step' in layer ? (environments.get(layer.step) ?? []) : []));
    return {
      variables: Object.assign({}, ...parents.map(({ variables }) => variables)),
      folders: parents.flatMap(({ folders }) => folders),
    };
  }

  /** Without what is left out, and nothing where there is nothing: more than COPY of older engines can say. */
  function copyLine(source: string | undefined, path: string, target: string, exclude: readonly string[]): string {
    const place = posix.join(from, path);
    const left = exclude.map((pattern) => `--exclude=${shellWord(pattern)}`).join(' ');
    const script = [
      `: ${shownTitle(['copy', path])}`,
      `if [ -d ${place} ]; then mkdir -p ${target} && tar -C ${place} ${left} -cf - . | tar -C ${target} -xpf -`,
      `elif [ -e ${place} ]; then mkdir -p ${posix.dirname(target)} && cp -a ${place} ${target}; fi`,
    ].join('; ');
    const mount = `--mount=type=bind${source === undefined ? '' : `,from=${source}`},target=${from}`;
    return `RUN ${mount} ${JSON.stringify(['/bin/sh', '-c', script])}`;
  }

  async function copyLines(layer: RailpackLayer): Promise<string[]> {
    const source = sourceOf(layer);
    if (source !== undefined)
      return layer.include.map((path) => copyLine(source, inImage(path), inImage(path), layer.exclude));
    const lines: string[] = [];
    for (const path of layer.include) {
      const target = posix.join(app, posix.basename(path));
      if (layer.exclude.length > 0) lines.push(copyLine(undefined, posix.join('/', path), target, layer.exclude));
      else if (await isInSource(path)) lines.push(`COPY ${JSON.stringify([path, target])}`);
    }
    return lines;
  }

  /** A stage up to its first command. */
  async function stageLines(layers: readonly RailpackLayer[], stage: string | undefined): Promise<string[]> {
    const [base, ...others] = layers;
    const image = base === undefined ? 'scratch' : sourceOf(base);
    if (image === undefined)
      throw builderErrors.BUILD_PLAN_FAILED({ message: 'A step of Railpack’s plan begins with the source.' });
    const copied: string[] = [];
    for (const layer of others) copied.push(...(await copyLines(layer)));
    return [`FROM ${image}${stage === undefined ? '' : ` AS ${stage}`}`, `WORKDIR ${app}`, ...copied];
  }

  async function commandLines(command: RailpackCommand, step: RailpackStep, environment: Environment) {
    if ('cmd' in command) {
      const caches = step.caches.map((key) => {
        const cache = plan.caches[key];
        if (cache === undefined)
          throw builderErrors.BUILD_PLAN_FAILED({ message: `The plan of Railpack has no cache ${key}.` });
        return `--mount=type=cache,id=${key},target=${cache.directory},sharing=${cache.type}`;
      });
      const argv = ['/bin/sh', '-c', command.cmd];
      return [runLine({ title: command.customName, argv, mounts: caches, secrets, environment: {} })];
    }
    if ('src' in command) {
      if (command.image === undefined && !(await isInSource(command.src))) return [];
      const copied = JSON.stringify([command.src, command.dest]);
      return [`COPY ${command.image === undefined ? '' : `--from=${command.image} `}${copied}`];
    }
    if ('name' in command) {
      const asset = step.assets[command.name];
      if (asset === undefined)
        throw builderErrors.BUILD_PLAN_FAILED({ message: `The plan of Railpack has no file ${command.name}.` });
      const { path, mode = 0o644 } = command;
      const content = Buffer.from(asset).toString('base64');
      const script = `: ${shownTitle(['write', path])}; mkdir -p ${posix.dirname(path)} && printf %s ${content} | base64 -d > ${path} && chmod ${mode.toString(8)} ${path}`;
      return [`RUN ${JSON.stringify(['/bin/sh', '-c', script])}`];
    }
    if (!environment.folders.includes(command.path)) environment.folders.unshift(command.path);
    return [pathLine(environment.folders)];
  }

  const lines: string[] = [];
  for (const step of steps) {
    const inherited = environmentOf(step.inputs);
    const environment = { ...inherited, variables: { ...inherited.variables, ...step.variables } };
    environments.set(step.name, environment);
    lines.push(...(await stageLines(step.inputs, stageOf.get(step.name))));
    lines.push(...Object.entries(environment.variables).map(([key, value]) => setLine(key, value)));
    if (environment.folders.length > 0) lines.push(pathLine(environment.folders));
    if (step.secrets.length > 0) lines.push(`ARG ${digest}`);
    for (const command of step.commands) lines.push(...(await commandLines(command, step, environment)));
    lines.push('');
  }
  const { base, inputs, paths, startCommand = '/bin/bash', variables } = plan.deploy;
  const inherited = environmentOf(inputs);
  return [
    ...lines,
    ...(await stageLines([base, ...inputs], undefined)),
    ...Object.entries({ ...inherited.variables, ...variables }).map(([key, value]) => setLine(key, value)),
    pathLine([...paths, ...inherited.folders]),
    'ENTRYPOINT ["/bin/bash","-c"]',
    `CMD ${JSON.stringify([startCommand])}`,
    '',
  ].join('\n');
}
