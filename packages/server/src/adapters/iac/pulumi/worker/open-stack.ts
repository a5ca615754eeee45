import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  LocalWorkspace,
  type LocalWorkspaceOptions,
  PulumiCommand,
  type PulumiFn,
  Stack,
} from '@pulumi/pulumi/automation/index.js';
import { parse } from 'semver';
import type { WorkerRequest } from '../frame.ts';
import { statePath } from '../state-path.ts';
import { localProject } from './local-project.ts';
import { programOf } from './stack-program.ts';
import { storedOutputs } from './stored-outputs.ts';

/** Folders of a request's folder: the file backend, and where Pulumi writes down which backend it is. */
export interface StackPlace {
  readonly backend: string;
  readonly work: string;
}

const ownPlace: StackPlace = { backend: 'state', work: 'work' };

/**
 * The CLI of this version, unasked. What the SDK would check of its answer is less than what the server did. The constructor is
 * private to TypeScript alone, as in all releases that a module may bring.
 */
function commandOf(version: string): PulumiCommand {
  return Reflect.construct(PulumiCommand, ['pulumi', parse(version)]) as PulumiCommand;
}

/**
 * Opens a stack, or makes it where there is none. An update by Pulumi’s SDK is six processes of the CLI, of 0.2 to 0.4 s each: its
 * version, whether the stack is there, the update, outputs twice, and the newest entry of the history. All but the update itself is
 * known here already, or is asked of nobody.
 */
async function open(
  { folder, stack: name, project, cliVersion }: WorkerRequest,
  { backend, work }: StackPlace,
  options: LocalWorkspaceOptions,
): Promise<Stack> {
  const workspace = await LocalWorkspace.create({
    ...options,
    workDir: join(folder, work),
    secretsProvider: 'passphrase',
    ...(cliVersion !== null && { pulumiCommand: commandOf(cliVersion) }),
  });
  const stateFile = statePath(join(folder, backend), { project, stack: name });
  const isThere = existsSync(stateFile);
  // Each command names its stack: which one the folder has selected matters to nobody.
  if (isThere) workspace.selectStack = async () => undefined;
  const stack = await (isThere ? Stack.select(name, workspace) : Stack.create(name, workspace));
  const ask = stack.outputs.bind(stack);
  stack.outputs = () => storedOutputs(stateFile, ask);
  stack.info = async () => undefined;
  return stack;
}

/** The stack of a request. Made where there is none. Two that are open at once must have a place each. */
export async function openStack(
  request: WorkerRequest,
  program: PulumiFn,
  place: StackPlace = ownPlace,
): Promise<Stack> {
  const url = pathToFileURL(join(request.folder, place.backend)).href;
  const projectSettings = { name: request.project, runtime: 'nodejs', backend: { url } } as const;
  return await open(request, place, { program, projectSettings });
}

/** The stack of a request with the program of its module, in whatever language that is. */
export async function openProgram(request: WorkerRequest, input: string): Promise<Stack> {
  const { folder, program, moduleFolder } = request;
  if (program === null || moduleFolder === null) throw new TypeError(`a ${request.operation} without a program`);
  if (program.type === 'inline') return await openStack(request, programOf(program.file, input));
  const { projectSettings, stackSettings } = localProject({ ...request, program, moduleFolder }, input);
  const backend = { url: pathToFileURL(join(folder, ownPlace.backend)).href };
  return await open(request, ownPlace, { projectSettings: { ...projectSettings, backend }, stackSettings });
}
