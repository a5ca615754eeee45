import { z } from 'zod';

/** What `changed` says: what is to be fetched again, never what it is now. */
export const projectChangeSchema = z
  .strictObject({
    type: z.enum([
      'project',
      'environment',
      'service',
      'variables',
      'deployment',
      'run',
      'instances',
      'canvas',
      'cloud_resource',
      'domain',
    ]),
    id: z.string(),
    environmentId: z.string().optional(),
    serviceId: z.string().optional(),
    cloudResourceId: z.string().optional(),
    run: z
      .strictObject({
        id: z.string(),
        kind: z.string(),
        state: z.string(),
        currentStep: z.string().nullable(),
        subject: z.string(),
      })
      .optional(),
  })
  .meta({ id: 'ProjectChange' });
export type ProjectChange = z.infer<typeof projectChangeSchema>;
