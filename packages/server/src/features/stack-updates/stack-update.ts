import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { approvalSchema } from './approval.ts';

/**
 * What a stack update does. `delete`: destroys, and forgets the cloud resource. `drift`: looks what is not as the state says.
 * `import`: takes what is there already into the stack. `restore`: puts another state in place of the stack's own.
 */
export const updateOperations = [
  'deploy',
  'preview',
  'refresh',
  'destroy',
  'delete',
  'import',
  'restore',
  'drift',
] as const;
export type UpdateOperation = (typeof updateOperations)[number];

const lookingOperations: ReadonlySet<string> = new Set(['preview', 'drift']);

/** Whether an operation, or its kind of run, changes neither the state nor what is there. */
export const looksOnly = (operationOrKind: string): boolean =>
  lookingOperations.has(operationOrKind.replace(/^stack\./, ''));

export const updateStatuses = ['queued', 'in_progress', 'success', 'failed', 'canceled'] as const;
export type UpdateStatus = (typeof updateStatuses)[number];

/** What people see of a run's state. */
export function updateStatus(runState: string): UpdateStatus {
  switch (runState) {
    case 'queued':
      return 'queued';
    case 'running':
    case 'waiting':
      return 'in_progress';
    case 'succeeded':
      return 'success';
    case 'canceled':
    case 'superseded':
      return 'canceled';
    default:
      return 'failed';
  }
}

/** States of runs that show as this status. */
export const runStatesOf: Record<UpdateStatus, readonly string[]> = {
  queued: ['queued'],
  in_progress: ['running', 'waiting'],
  success: ['succeeded'],
  failed: ['failed'],
  canceled: ['canceled', 'superseded'],
};

const chosenCredential = z
  .strictObject({ id: z.string(), name: z.string(), version: z.int(), reason: z.string() })
  .meta({ id: 'ChosenCredential' });
export type ChosenCredential = z.output<typeof chosenCredential>;

export const stackUpdateSchema = z
  .strictObject({
    id: z.string(),
    cloudResourceId: z.string(),
    resource: z
      .strictObject({ kind: z.string(), name: z.string() })
      .meta({ description: 'Of the cloud resource; also after it was deleted.' }),
    runId: z.string(),
    operation: z.enum(updateOperations),
    status: z.enum(updateStatuses),
    reason: z.string().nullable().meta({ description: 'One sentence once it has ended.' }),
    errorCode: z.string().nullable(),
    hint: z.string().nullable().meta({ description: 'What to do about a failure.' }),
    currentStep: z.string().nullable(),
    stackFqdn: z.string(),
    credential: chosenCredential.nullable().meta({ description: 'Which one it was given, and why.' }),
    changes: z
      .record(z.string(), z.number())
      .nullable()
      .meta({ description: 'How many resources by operation: create, update, delete, same, …' }),
    approval: approvalSchema.nullable().meta({
      description:
        'Of a deployment that was previewed and that somebody has to approve; while it waits it is in progress.',
    }),
    retryOf: z.string().nullable(),
    createdBy: z.string().nullable(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'StackUpdate' });
export type StackUpdate = z.output<typeof stackUpdateSchema>;

export const stackUpdateDetailSchema = stackUpdateSchema
  .extend({
    output: z.string().meta({
      description:
        'JSON: { status, timestamp, stack_fqdn, stdout, stderr, exit_code, error? }; the last 256 KiB of each stream.',
    }),
  })
  .meta({ id: 'StackUpdateDetail' });
export type StackUpdateDetail = z.output<typeof stackUpdateDetailSchema>;

export const updateBody = z
  .strictObject({
    timeoutMinutes: z
      .int()
      .min(1)
      .max(1440)
      .optional()
      .meta({ description: '60 when neither this nor the label says more.' }),
    clearPending: z
      .boolean()
      .default(false)
      .meta({ description: 'Of a refresh: drops creations that were cut short from the state.' }),
  })
  .meta({ id: 'UpdateStack' });
export type UpdateStack = z.output<typeof updateBody>;

export const deployBody = updateBody
  .extend({
    preview: z.boolean().default(false).meta({
      description:
        'Shows what would change, then waits for a decision. An environment may want that of every deployment.',
    }),
  })
  .meta({ id: 'DeployCloudResource' });
export const driftCheckBody = updateBody.omit({ clearPending: true }).meta({ id: 'CheckDrift' });

const mostImported = 50;
export const importBody = z
  .strictObject({
    ids: z
      .record(z.string().max(500), z.string().min(1).max(2000))
      .refine((ids) => Object.keys(ids).length >= 1 && Object.keys(ids).length <= mostImported, {
        error: `expected 1 to ${mostImported} resources`,
      })
      .meta({
        description:
          'Ids of the provider, by the names that the program gives its resources; "" where it makes only one.',
      }),
    timeoutMinutes: updateBody.shape.timeoutMinutes,
  })
  .meta({ id: 'ImportStack' });
export type ImportStack = z.output<typeof importBody>;

/** Label of a manifest: minutes that an update of it may take. */
export const timeoutLabel = 'davit.dev/timeout-minutes';
const longestMinutes = 1440;

/** How long an update may take, in milliseconds. */
export function timeoutOf(labels: Readonly<Record<string, string>>, asked: number | undefined): number {
  const labelled = /^\d{1,4}$/.test(labels[timeoutLabel] ?? '') ? Number(labels[timeoutLabel]) : 60;
  return Math.min(longestMinutes, Math.max(1, asked ?? labelled)) * 60_000;
}
