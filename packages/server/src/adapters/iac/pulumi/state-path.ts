import { join } from 'node:path';

/** Where Pulumi's file backend, in this folder, keeps the state of a stack. */
export function statePath(backend: string, { project, stack }: { project: string; stack: string }): string {
  return join(backend, '.pulumi', 'stacks', project, `${stack}.json`);
}
