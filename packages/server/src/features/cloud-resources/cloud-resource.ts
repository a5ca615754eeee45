import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { driftSchema } from './drift.ts';

export const outputSchema = z
  .strictObject({
    name: z.string(),
    secret: z.boolean(),
    value: z.unknown().meta({ description: 'Null where it is secret.' }),
    updatedAt: timestamp,
  })
  .meta({ id: 'CloudResourceOutput' });
export type OutputView = z.output<typeof outputSchema>;

const pendingOperation = z
  .strictObject({ type: z.string().meta({ description: '`creating`, `deleting`, …' }), urn: z.string() })
  .meta({ id: 'PendingOperation' });
export type PendingOperation = z.output<typeof pendingOperation>;

export const cloudResourceSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    environmentId: z.string().nullable(),
    stackFqdn: z.string().meta({ description: 'organization/project/stack' }),
    manifest: z.record(z.string(), z.unknown()),
    deleting: z.boolean(),
    resourceCount: z
      .int()
      .meta({ description: 'Of its stack, as far as its state tells; 0 before its first deployment.' }),
    pendingOperations: z.array(pendingOperation).meta({
      description:
        'What was under way when an update was cut short: look at it, then refresh, with `clearPending` to drop it.',
    }),
    drift: driftSchema.nullable().meta({
      description: 'What the last check found; null before the first, and once the state was refreshed or destroyed.',
    }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'CloudResource' });
export type CloudResource = z.output<typeof cloudResourceSchema>;

export const cloudResourceDetailSchema = cloudResourceSchema
  .extend({
    outputs: z.array(outputSchema),
    deployedManifest: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What the last deployment was made of; null where nothing is deployed.' }),
  })
  .meta({ id: 'CloudResourceDetail' });

export const applyBody = z
  .strictObject({
    manifest: z.string().min(1).max(2_000_000).meta({ description: 'YAML, of one or several documents.' }),
    environmentId: z
      .string()
      .optional()
      .meta({ description: 'Names the stack, and narrows the choice of a credential.' }),
    cloudResourceId: z
      .string()
      .optional()
      .meta({ description: 'Whose manifest this is, and no other’s: refused where it would make or change another.' }),
  })
  .meta({ id: 'ApplyCloudResources' });
export type Apply = z.output<typeof applyBody>;

export const appliedSchema = z
  .strictObject({
    resources: z.array(z.strictObject({ resource: cloudResourceSchema, created: z.boolean() })),
    waves: z.array(z.array(z.string())).meta({ description: 'Ids: those of one wave can be deployed at once.' }),
  })
  .meta({ id: 'AppliedCloudResources' });
export type Applied = z.output<typeof appliedSchema>;
