import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputMap } from '@pulumi/pulumi/automation/index.js';
import { cancelFile, planFile, type WorkerRequest } from '../frame.ts';
import { createDifferenceFrames } from './difference-frames.ts';
import { createEventFrames } from './event-frames.ts';
import { createLineFrames, writeFrame } from './frame-writer.ts';
import { importResources } from './import-resources.ts';
import { knownOutputs } from './known-outputs.ts';
import { openProgram } from './open-stack.ts';
import { restoreState } from './restore-state.ts';
import { programOf, type StackOptions } from './stack-program.ts';
import { withoutRepeats } from './without-repeats.ts';

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

async function runImport(request: WorkerRequest, input: string, options: StackOptions): Promise<void> {
  const { program } = request;
  if (program?.type !== 'inline') {
    throw new Error(
      'Only programs in JavaScript or TypeScript can import: others are run by Pulumi, and not by davit.',
    );
  }
  const startedAt = Date.now();
  const changes = await importResources(request, programOf(program.file, input), options);
  writeFrame({ type: 'summary', at: new Date().toISOString(), changes, durationMs: Date.now() - startedAt });
}

async function runProgram(request: WorkerRequest, input: string, options: StackOptions): Promise<OutputMap | null> {
  const stack = await openProgram(request, input);
  // The attempt before has ended, with all of its processes: what it may have left of a lock is nobody's.
  if (request.attempt > 1) await stack.cancel();
  const plan = join(request.folder, planFile);
  switch (request.operation) {
    case 'deploy':
      return (await stack.up(request.isPlanned ? { ...options, plan } : options)).outputs;
    case 'preview':
      await stack.preview({ ...options, plan });
      return null;
    case 'refresh':
      await stack.refresh({ ...options, clearPendingCreates: request.clearPending });
      return knownOutputs(await stack.outputs());
    case 'destroy':
      await stack.destroy(options);
      return {};
    case 'drift': {
      const showDifference = withoutRepeats(createDifferenceFrames(writeFrame));
      await stack.previewRefresh({
        ...options,
        onEvent(event) {
          options.onEvent(event);
          showDifference(event);
        },
      });
      return null;
    }
    default:
      return null;
  }
}

/** Does what was asked for, and gives the stack's outputs where the operation leaves some. */
export async function runStack(request: WorkerRequest, input: string): Promise<OutputMap | null> {
  if (request.operation === 'restore') return await restoreState(request);
  const lines = { stdout: createLineFrames('stdout'), stderr: createLineFrames('stderr') };
  const options: StackOptions = {
    color: 'never',
    signal: watchForCancel(request.folder),
    onEvent: withoutRepeats(createEventFrames(writeFrame)),
    onOutput: (text: string) => lines.stdout.push(text),
    onError: (text: string) => lines.stderr.push(text),
  };
  try {
    if (request.operation !== 'import') return await runProgram(request, input, options);
    await runImport(request, input, options);
    return null;
  } finally {
    lines.stdout.end();
    lines.stderr.end();
  }
}
