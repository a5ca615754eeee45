import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';

export const driftDifference = z
  .strictObject({
    urn: z.string(),
    type: z.string(),
    name: z.string(),
    operation: z.string().meta({ description: '`update`: it is otherwise than the state says; `delete`: it is gone.' }),
    properties: z.array(z.string()).meta({ description: 'Names of what differs; secret ones are left out.' }),
  })
  .meta({ id: 'DriftDifference' });
export type DriftDifference = z.output<typeof driftDifference>;

export const driftSchema = z
  .strictObject({
    checkedAt: timestamp,
    status: z.enum(['in_sync', 'drifted', 'failed']),
    stackUpdateId: z.string(),
    differences: z.array(driftDifference).meta({ description: 'At most 500.' }),
  })
  .meta({ id: 'Drift' });
export type Drift = z.output<typeof driftSchema>;
