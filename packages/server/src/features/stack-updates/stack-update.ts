import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';

/** What a stack update does. `delete`: destroys, and forgets the cloud resource. */
export const updateOperations = ['deploy', 'preview', 'refresh', 'destroy', 'delete'] as const;
export type UpdateOperation = (typeof updateOperations)[number];

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
    runId: z.string(),
    operation: z.enum(updateOperations),
    status: z.enum(updateStatuses),
    reason: z.string().nullable().meta({ description: 'One sentence once it has ended.' }),
    errorCode: z.string().nullable(),
    currentStep: z.string().nullable(),
    stackFqdn: z.string(),
    credential: chosenCredential.nullable().meta({ description: 'Which one it was given, and why.' }),
    changes: z
      .record(z.string(), z.number())
      .nullable()
      .meta({ description: 'How many resources by operation: create, update, delete, same, …' }),
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

/** Label of a manifest: minutes that an update of it may take. */
export const timeoutLabel = 'davit.dev/timeout-minutes';
const longestMinutes = 1440;

/** How long an update may take, in milliseconds. */
export function timeoutOf(labels: Readonly<Record<string, string>>, asked: number | undefined): number {
  const labelled = /^\d{1,4}$/.test(labels[timeoutLabel] ?? '') ? Number(labels[timeoutLabel]) : 60;
  return Math.min(longestMinutes, Math.max(1, asked ?? labelled)) * 60_000;
}
