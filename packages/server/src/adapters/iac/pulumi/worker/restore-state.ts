import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment, OutputMap } from '@pulumi/pulumi/automation/index.js';
import { restoredStateFile, type WorkerRequest } from '../frame.ts';
import { writeFrame } from './frame-writer.ts';
import { knownOutputs } from './known-outputs.ts';
import { openStack } from './open-stack.ts';

const nothing = async () => undefined;

/** Puts a state in place of the stack's own. Pulumi judges it first: its order, its stack, and whether its secrets open. */
export async function restoreState(request: WorkerRequest): Promise<OutputMap> {
  const deployment = JSON.parse(readFileSync(join(request.folder, restoredStateFile), 'utf8')) as Deployment;
  const stack = await openStack(request, nothing);
  const { resources = [] } = (deployment.deployment ?? {}) as { resources?: unknown[] | null };
  await stack.importStack(deployment);
  const text = `The state of the stack is replaced: it names ${resources?.length ?? 0} resources. Nothing of them is changed.`;
  writeFrame({ type: 'line', stream: 'stdout', text });
  return knownOutputs(await stack.outputs());
}
