import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';

const runStep = z
  .strictObject({
    name: z.string(),
    state: z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped', 'canceled']),
    attempt: z.int().meta({ description: 'From 1; 0 for a step whose turn has not come.' }),
    detail: z.string().nullable().meta({ description: 'Why it failed.' }),
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'RunStep' });

/** A run as callers see it. */
export const runSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    subject: z.string().meta({ description: 'Id of what the run is about.' }),
    state: z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'superseded']),
    reason: z.string().nullable().meta({ description: 'One sentence; set once the run has ended.' }),
    errorCode: z.string().nullable(),
    hint: z.string().nullable().meta({ description: 'What to do about a failure.' }),
    currentStep: z.string().nullable(),
    attempt: z.int(),
    steps: z.array(runStep),
    askedBy: z.string().nullable(),
    cancelRequestedAt: timestamp.nullable(),
    cancelRequestedBy: z.string().nullable(),
    supersededBy: z.string().nullable(),
    createdAt: timestamp,
    startedAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    outputRemovedAt: timestamp.nullable().meta({ description: 'When the output, being old, was removed.' }),
  })
  .meta({ id: 'Run' });
export type RunView = z.output<typeof runSchema>;

/** The fields of a run that say how its kind of work went the last time. */
export const runEndFields = runSchema.pick({
  state: true,
  reason: true,
  errorCode: true,
  hint: true,
  createdAt: true,
  finishedAt: true,
}).shape;
export type RunEnd = Pick<RunView, keyof typeof runEndFields>;

const outputLine = z
  .strictObject({
    seq: z.int().meta({ description: 'From 1, without a gap.' }),
    at: z.iso.datetime(),
    step: z.string(),
    stream: z.enum(['stdout', 'stderr', 'system', 'event']),
    content: z.string(),
  })
  .meta({ id: 'OutputLine' });

/** A page of output, and whether more will come. */
export const outputPage = z
  .strictObject({
    lines: z.array(outputLine),
    lastSeq: z.int().meta({ description: 'Of the last line of the page. Give it as `after` to go on.' }),
    nextCursor: z
      .int()
      .nullable()
      .meta({
        description:
          'Where to go on in the same direction (as `after` or `before`); null when nothing more is there now. A search may ' +
          'end a page early, even an empty one, so as not to take long.',
      }),
    state: runSchema.shape.state.meta({ description: 'Of the run, before the page was read.' }),
  })
  .meta({ id: 'OutputPage' });

/** The sequence number of a line that the caller has already. */
export const lineNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The query of a page of output. */
export const outputQuery = z.strictObject({
  after: lineNumber.optional().meta({ description: 'Only lines after this one, the oldest first. 0 when left out.' }),
  before: lineNumber.optional().meta({ description: 'Only lines before this one: the newest of them, in order.' }),
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
  search: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'Only lines with this text; case does not matter.' }),
  step: z.string().min(1).max(200).optional().meta({ description: 'Only lines of this step.' }),
});

/** How the output of a run is divided. */
export const outputOutline = z
  .strictObject({
    lastSeq: z.int().meta({ description: 'How many lines there are.' }),
    steps: z.array(z.strictObject({ name: z.string(), firstSeq: z.int(), lastSeq: z.int() })),
    firstErrorSeq: z
      .int()
      .nullable()
      .meta({ description: 'Of a failed run, the line where its failure most likely begins.' }),
  })
  .meta({ id: 'OutputOutline' });
