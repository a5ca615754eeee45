import { pathToFileURL } from 'node:url';
import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';
import { parse } from 'yaml';

/** What a stack consists of, as the Automation API calls it. */
export type Program = () => Promise<Record<string, unknown> | undefined>;
type ModuleProgram = (input: unknown) => Promise<Record<string, unknown> | undefined>;

/** What all operations on a stack are given. */
export interface StackOptions {
  readonly color: 'never';
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
}

/** What the module exports as `program`, called with the parsed STACK_INPUT_YAML. */
export function programOf(moduleFile: string, input: string): Program {
  return async () => {
    const loaded = (await import(pathToFileURL(moduleFile).href)) as { program?: unknown };
    if (typeof loaded.program !== 'function') throw new Error(`${moduleFile} exports no function \`program\`.`);
    return await (loaded.program as ModuleProgram)(parse(input));
  };
}
