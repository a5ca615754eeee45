import { z } from 'zod';
// Only its type: the worker's sandbox has nothing beside this folder.
import type { StackOperation } from '../iac.ts';

const text = z.string().max(100_000);
const operations = [
  'deploy',
  'preview',
  'refresh',
  'destroy',
  'drift',
  'import',
  'restore',
] as const satisfies readonly StackOperation[];

/** One line of the worker's standard output. What is no frame is a line that a program wrote past its console. */
export const frame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('line'), stream: z.enum(['stdout', 'stderr']), text }),
  z.strictObject({
    type: z.literal('resource'),
    at: z.iso.datetime(),
    urn: text,
    // A worker that was started before an update of davit tells none.
    parent: text.nullable().default(null),
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
    type: z.literal('download'),
    at: z.iso.datetime(),
    id: z.string().max(500),
    message: text,
    received: z.number(),
    total: z.number(),
    done: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('summary'),
    at: z.iso.datetime(),
    changes: z.record(z.string().max(100), z.number()),
    durationMs: z.number(),
  }),
  z.strictObject({
    type: z.literal('difference'),
    urn: text,
    resourceType: text,
    operation: z.string().max(100),
    properties: z.array(z.string().max(1000)).max(100),
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
/** Beside the frames: what a preview planned, or what a deployment is held to. */
export const planFile = 'plan.json';
/** Its appearance asks the worker to end. */
export const cancelFile = 'cancel';

/** Of a restore: the state that is to be put in place; what is secret in it is encrypted. */
export const restoredStateFile = 'restored-state.json';

/** The module's program: called by the worker, or run by Pulumi itself in the language that its Pulumi.yaml names. */
const moduleProgram = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('inline'), file: z.string() }),
  z.strictObject({
    type: z.literal('local'),
    runtime: z.strictObject({ name: z.string(), options: z.record(z.string(), z.json()) }),
    /** Parts of its Pulumi.yaml that hold for the stack's own too. */
    settings: z.strictObject({
      config: z.record(z.string(), z.json()).optional(),
      plugins: z.record(z.string(), z.json()).optional(),
      packages: z.record(z.string(), z.json()).optional(),
    }),
  }),
]);

/** What the worker is told in its own file; nothing of it is secret. */
export const workerRequest = z.strictObject({
  operation: z.enum(operations),
  project: z.string(),
  stack: z.string(),
  /** Null where no program is run; so is `program`. */
  moduleFolder: z.string().nullable(),
  program: moduleProgram.nullable(),
  /** Plugins that were installed for all stacks; read only. */
  sharedPlugins: z.string(),
  /** Of the run; the worker may write below it. */
  folder: z.string(),
  clearPending: z.boolean(),
  /** Whether a plan lies there that the deployment is held to. */
  isPlanned: z.boolean(),
  importIds: z.record(z.string(), z.string()),
  /** Of the CLI, which need not be asked again; null in the request of a server before that. */
  cliVersion: z.string().nullable().default(null),
  attempt: z.int().min(1),
});
export type WorkerRequest = z.infer<typeof workerRequest>;
