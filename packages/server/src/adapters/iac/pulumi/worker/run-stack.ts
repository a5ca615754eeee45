import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalWorkspace, type OutputMap, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';
import { parse } from 'yaml';
import { cancelFile, type WorkerRequest } from '../frame.ts';
import { createEventFrames } from './event-frames.ts';
import { createLineFrames, writeFrame } from './frame-writer.ts';

type Program = (input: unknown) => Promise<Record<string, unknown> | undefined>;

/** What the module exports as `program`, called with the parsed STACK_INPUT_YAML. */
function programOf(moduleFile: string, input: string): PulumiFn {
  return async () => {
    const loaded = (await import(pathToFileURL(moduleFile).href)) as { program?: unknown };
    if (typeof loaded.program !== 'function') throw new Error(`${moduleFile} exports no function \`program\`.`);
    return await (loaded.program as Program)(parse(input));
  };
}

async function openStack(request: WorkerRequest, input: string): Promise<Stack> {
  const { folder, project, stack: stackName, moduleFile } = request;
  const url = pathToFileURL(join(folder, 'state')).href;
  return await LocalWorkspace.createOrSelectStack(
    { stackName, projectName: project, program: programOf(moduleFile, input) },
    {
      workDir: join(folder, 'work'),
      secretsProvider: 'passphrase',
      projectSettings: { name: project, runtime: 'nodejs', backend: { url } },
    },
  );
}

/** Aborted when the file appears by which the server asks for an end. */
function watchForCancel(folder: string): AbortSignal {
  const cancel = new AbortController();
  const timer = setInterval(() => {
    if (!existsSync(join(folder, cancelFile))) return;
    clearInterval(timer);
    cancel.abort();
  }, 200);
  timer.unref();
  return cancel.signal;
}

/** Does what was asked for, and gives the stack's outputs where the operation leaves some. */
export async function runStack(request: WorkerRequest, input: string): Promise<OutputMap | null> {
  const stack = await openStack(request, input);
  const lines = { stdout: createLineFrames('stdout'), stderr: createLineFrames('stderr') };
  const options = {
    color: 'never',
    signal: watchForCancel(request.folder),
    onEvent: createEventFrames(writeFrame),
    onOutput: (text: string) => lines.stdout.push(text),
    onError: (text: string) => lines.stderr.push(text),
  } as const;
  try {
    switch (request.operation) {
      case 'deploy':
        return (await stack.up(options)).outputs;
      case 'preview':
        await stack.preview(options);
        return null;
      case 'refresh':
        await stack.refresh({ ...options, clearPendingCreates: request.clearPending });
        return await stack.outputs();
      case 'destroy':
        await stack.destroy(options);
        return {};
      default:
        return null;
    }
  } finally {
    lines.stdout.end();
    lines.stderr.end();
  }
}
