import { lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectSettings, StackSettings } from '@pulumi/pulumi/automation/index.js';
import { parse } from 'yaml';
import type { WorkerRequest } from '../frame.ts';

/** A request whose program Pulumi runs. */
export interface LocalRequest extends Pick<WorkerRequest, 'folder' | 'project' | 'stack'> {
  readonly program: Extract<WorkerRequest['program'], { type: 'local' }>;
  readonly moduleFolder: string;
}

/** Pulumi's `main` must lie below the project's folder, which a program that is read only cannot be. */
const programFolder = 'program';

/** The input as the stack's configuration: a program in YAML cannot read its environment. */
function configurationOf(project: string, input: string): Record<string, never> {
  const { target } = parse(input) as { target: { metadata: { name: string }; spec: Record<string, unknown> } };
  const values = Object.entries({ name: target.metadata.name, ...target.spec });
  return Object.fromEntries(values.map(([name, value]) => [`${project}:${name}`, value])) as Record<string, never>;
}

/** A project of davit's own around a program that Pulumi runs by itself. */
export function localProject(
  { folder, project, stack, program, moduleFolder }: LocalRequest,
  input: string,
): { projectSettings: ProjectSettings; stackSettings: Record<string, StackSettings> } {
  const link = join(folder, 'work', programFolder);
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(moduleFolder, link);
  const { runtime, settings } = program;
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const projectSettings = { ...given, name: project, main: programFolder, runtime } as unknown as ProjectSettings;
  if (runtime.name !== 'yaml') return { projectSettings, stackSettings: {} };
  return { projectSettings, stackSettings: { [stack]: { config: configurationOf(project, input) } } };
}
