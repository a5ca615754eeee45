import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Deployment, EngineEvent, Stack } from '@pulumi/pulumi/automation/index.js';
import type { WorkerRequest } from '../frame.ts';
import { writeFrame } from './frame-writer.ts';
import { type ImportPlan, nameOf, type PlannedResource, planImport, type StateResource } from './import-plan.ts';
import { isKnownValue } from './known-outputs.ts';
import { openStack } from './open-stack.ts';
import type { Program, StackOptions } from './stack-program.ts';

/** What a state holds, as far as an import looks at it. */
interface StateContent {
  resources?: Adoptable[] | null;
}
interface Adoptable extends StateResource {
  external?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

const contentOf = ({ deployment }: Deployment): StateContent => (deployment ?? {}) as StateContent;
const say = (text: string) => writeFrame({ type: 'line', stream: 'stdout', text });

/** A resource of a step, before anything is done with it. */
function plannedBy({ resourcePreEvent }: EngineEvent): PlannedResource | undefined {
  const made = resourcePreEvent?.metadata.new;
  if (made === undefined) return undefined;
  const { urn, type, custom = false, parent, provider } = made;
  return { urn, type, custom, parent, provider };
}

/** What the whole program makes; what goes wrong with it is told as it would be in a preview. */
async function previewProgram(stack: Stack, options: StackOptions): Promise<PlannedResource[]> {
  // By URN: on a busy machine the Automation API hands over some of its events twice.
  const planned = new Map<string, PlannedResource>();
  const lines: string[] = [];
  const onEvent = (event: EngineEvent) => {
    const resource = plannedBy(event);
    if (resource !== undefined) planned.set(resource.urn, resource);
  };
  try {
    await stack.preview({ ...options, onEvent, onOutput: (text) => lines.push(text) });
  } catch (error) {
    for (const line of lines) options.onOutput(line);
    throw error;
  }
  return [...planned.values()];
}

/**
 * Has the program look its resources up by id in place of making them. Inputs are those that are there, and not those of the
 * program; a dynamic resource carries its own code among them, and is read with it.
 */
function lookUp(ids: ReadonlyMap<string, string>): pulumi.ResourceTransformation {
  const named = new Map([...ids].map(([urn, id]) => [`${typeOf(urn)} ${nameOf(urn)}`, id]));
  return ({ type, name, props, opts }) => {
    const id = named.get(`${type} ${name}`);
    if (id === undefined) return undefined;
    return { props: type.startsWith('pulumi-nodejs:') ? props : {}, opts: { ...opts, id } };
  };
}

const typeOf = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** Makes what was looked up the stack's own. */
function adopt(deployment: Deployment, { ids }: ImportPlan): void {
  const resources = contentOf(deployment).resources ?? [];
  for (const resource of resources.filter(({ urn }) => ids.has(urn))) {
    delete resource.external;
    // A dynamic resource that was not found has nothing left by which its provider could look for it again.
    const known = Object.keys(resource.outputs ?? {}).filter((key) => key !== '__provider');
    if (known.length === 0) resource.outputs = { ...resource.inputs };
  }
  // Outputs that wait for what is not imported come with the next deployment.
  const { outputs } = resources.find(({ type }) => type === 'pulumi:pulumi:Stack') ?? {};
  for (const [name, value] of Object.entries(outputs ?? {})) if (!isKnownValue(value)) delete outputs?.[name];
}

/**
 * The state after an import: looked up, adopted, and read once more, since a look-up takes what is not there for empty.
 *
 * @throws Error where one is not there
 */
async function importInto(scratch: Stack, plan: ImportPlan, options: StackOptions): Promise<Deployment> {
  await scratch.up({ ...options, target: [...plan.targets] });
  const found = await scratch.exportStack();
  adopt(found, plan);
  await scratch.importStack(found);
  const quiet = { ...options, onEvent: () => undefined, onOutput: () => undefined };
  await scratch.refresh({ ...quiet, target: [...plan.ids.keys()] });
  const read = await scratch.exportStack();
  const there = new Map((contentOf(read).resources ?? []).map((each) => [each.urn, each.id]));
  for (const [urn, id] of plan.ids) {
    if (there.get(urn) !== id) throw new Error(`"${nameOf(urn)}" (${typeOf(urn)}) does not exist under the id ${id}.`);
  }
  return read;
}

/**
 * Takes what is there already into the state of a stack, and changes nothing of it. Pulumi's own import of resources that a
 * program makes goes on to update what differs, and its `import` command wants a host for the program's language. So the program
 * runs on a copy of the state, with nothing to do but to look up what is meant, and then the state is replaced as a whole: a
 * worker that is killed before has done nothing.
 */
export async function importResources(
  request: WorkerRequest,
  program: Program,
  options: StackOptions,
): Promise<Record<string, number>> {
  let transformation: pulumi.ResourceTransformation | undefined;
  const transformed: Program = async () => {
    if (transformation !== undefined) pulumi.runtime.registerStackTransformation(transformation);
    return await program();
  };
  const stack = await openStack(request, transformed);
  const former = await stack.exportStack();
  const place = { backend: `import-${request.attempt}`, work: `import-work-${request.attempt}` };
  for (const name of Object.values(place)) mkdirSync(join(request.folder, name));
  const scratch = await openStack(request, transformed, place);
  await scratch.importStack(former);
  const planned = await previewProgram(scratch, options);
  const plan = planImport(request.importIds, planned, contentOf(former).resources ?? []);
  for (const name of plan.there) say(`${name} is in the stack already.`);
  if (plan.ids.size > 0) {
    transformation = lookUp(plan.ids);
    const imported = await importInto(scratch, plan, options);
    transformation = undefined;
    await stack.importStack(imported);
  }
  for (const [urn, id] of plan.ids) say(`Imported ${nameOf(urn)} (${typeOf(urn)}) as ${id}.`);
  return { import: plan.ids.size, ...(await previewDifferences(stack, options)) };
}

/** What a deployment would change now: how many of what, and line by line in the output. */
async function previewDifferences(stack: Stack, options: StackOptions): Promise<Record<string, number>> {
  say('Nothing was changed. A deployment of the manifest would do this:');
  const { changeSummary } = await stack.preview({ ...options, onEvent: () => undefined });
  return { ...changeSummary };
}
