import { z } from 'zod';

/** An application of the checkout that anybody can deploy. */
export const exampleSchema = z
  .strictObject({
    name: z.string().meta({ description: 'Its folder; also a name for its service.' }),
    title: z.string(),
    description: z.string(),
    kind: z.enum(['web', 'worker', 'cron']),
    language: z.string(),
  })
  .meta({ id: 'Example' });
export type Example = z.infer<typeof exampleSchema>;
