import { z } from 'zod';

const text = z.string().max(100_000);

/** One line of the worker's standard output. What is no frame is a line that a program wrote past its console. */
export const frame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('line'), stream: z.enum(['stdout', 'stderr']), text }),
  z.strictObject({
    type: z.literal('resource'),
    at: z.iso.datetime(),
    urn: text,
    resourceType: text,
    operation: z.string().max(100),
    state: z.enum(['started', 'succeeded', 'failed']),
    durationMs: z.number().nullable(),
  }),
  z.strictObject({
    type: z.literal('diagnostic'),
    at: z.iso.datetime(),
    urn: text.nullable(),
    severity: z.enum(['info', 'warning', 'error']),
    message: text,
  }),
  z.strictObject({
    type: z.literal('summary'),
    at: z.iso.datetime(),
    changes: z.record(z.string().max(100), z.number()),
    durationMs: z.number(),
  }),
  z.strictObject({
    type: z.literal('result'),
    succeeded: z.boolean(),
    message: text.nullable(),
  }),
]);
export type Frame = z.infer<typeof frame>;

/** Beside the frames: JSON of the outputs, sealed, since it lies on disk until the run is tidied up. */
export const outputsFile = 'outputs.sealed';
/** Its appearance asks the worker to end. */
export const cancelFile = 'cancel';

/** What the worker is told in its own file; nothing of it is secret. */
export const workerRequest = z.strictObject({
  operation: z.enum(['deploy', 'preview', 'refresh', 'destroy']),
  project: z.string(),
  stack: z.string(),
  moduleFile: z.string(),
  /** Of the run; the worker may write below it. */
  folder: z.string(),
  clearPending: z.boolean(),
});
export type WorkerRequest = z.infer<typeof workerRequest>;
