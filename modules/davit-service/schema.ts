import { serviceSettings } from '@davit/pulumi/settings';
import { z } from 'zod';
import { defineKind } from '../kind-definition.ts';

const name = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, at most 40, no dash at either end',
  );

export const spec = z.strictObject({
  project: name.meta({ description: 'A project of davit that is there.' }),
  environment: name.default('production').meta({ description: 'One of the project’s environments.' }),
  serviceName: name.optional().meta({ description: 'The manifest’s name when it is left out.' }),
  kind: z.enum(['web', 'worker', 'cron']).default('web').meta({
    description: 'With an address, without one, or by the clock (then `settings.schedule` says when).',
  }),
  source: z
    .strictObject({
      url: z.string().min(1).max(2048).meta({ description: 'Of a Git repository: https or ssh, without a password.' }),
      branch: z.string().min(1).max(255).optional().meta({ description: 'The default branch when it is left out.' }),
      tag: z.string().min(1).max(255).optional().meta({ description: 'In place of a branch.' }),
      commit: z
        .string()
        .regex(/^[0-9a-f]{7,64}$/, '7 to 64 hexadecimal digits')
        .optional()
        .meta({ description: 'In place of a branch.' }),
      rootFolder: z.string().max(1024).default('').meta({ description: 'Where in the repository the service is.' }),
      submodules: z.boolean().default(false),
      lfs: z.boolean().default(false),
    })
    .refine(({ branch, tag, commit }) => [branch, tag, commit].filter((each) => each !== undefined).length <= 1, {
      message: 'one of branch, tag and commit at most',
    }),
  // The API's own: what a service gains there, it gains here.
  settings: (z.fromJSONSchema(serviceSettings as Parameters<typeof z.fromJSONSchema>[0]) as z.ZodObject)
    .prefault({})
    .meta({ description: 'What is left out has its default.' }),
  variables: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'a name of a variable'), z.string().max(65_536))
    .default({})
    .meta({
      description: 'Those that a value of another resource is for: `valueFrom`. Others that the service has stay.',
    }),
  deploy: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a change is deployed, and the update waits for its end.' }),
  triggers: z
    .record(z.string().min(1).max(100), z.string().max(1000))
    .default({})
    .meta({ description: 'Any values, such as a commit: when one changes, the service is deployed again.' }),
});

export const kind = defineKind({
  name: 'DavitService',
  provider: 'davit',
  summary: 'A service of this davit: built from a Git repository, run, and reachable.',
  spec,
  outputs: {
    serviceId: 'Id of the service',
    url: 'Where it answers; empty for one without a port',
    deploymentId: 'Id of the deployment that the last change made',
  },
});
