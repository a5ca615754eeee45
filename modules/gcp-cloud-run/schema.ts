import { z } from 'zod';
import { kmsKeyName, labels, network, projectId, region, serviceAccountEmail } from '../gcp-fields.ts';
import { defineKind } from '../kind-definition.ts';

/** Cloud Run sets these itself. @see https://cloud.google.com/run/docs/container-contract#env-vars */
const reserved = ['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION'];

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscores, no digit first')
  .refine((name) => !reserved.includes(name), 'Cloud Run sets this one itself');

const secretReference = z.strictObject({
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,255}$/, 'the name of a secret in Secret Manager')
    .meta({ description: 'Name in Secret Manager, in the project of the service.' }),
  version: z
    .string()
    .regex(/^(?:latest|[1-9]\d*)$/, 'a number, or latest')
    .default('latest'),
});

export const spec = z
  .strictObject({
    projectId,
    region: region.meta({ description: 'Where the service runs.' }),
    image: z
      .string()
      .regex(/^[a-z0-9][\w.:/@-]{0,511}$/, 'an image such as europe-west3-docker.pkg.dev/shop-prod/apps/api:1.4.2')
      .meta({ description: 'What it runs, from Artifact Registry or Docker Hub.' }),
    port: z.int().min(1).max(65_535).default(8080).meta({ description: 'Where the container listens.' }),
    env: z.record(variableName, z.string().max(32_768)).default({}),
    secrets: z
      .record(variableName, secretReference)
      .default({})
      .meta({ description: 'Variables whose values are in Secret Manager.' }),
    cpu: z.enum(['1', '2', '4', '8']).default('1'),
    memory: z
      .string()
      .regex(/^[1-9]\d*(?:Mi|Gi)$/, 'such as 512Mi or 2Gi')
      .default('512Mi'),
    minInstances: z.int().min(0).max(1000).default(0),
    maxInstances: z.int().min(1).max(1000).default(10),
    concurrency: z.int().min(1).max(1000).default(80).meta({ description: 'Requests at once in one instance.' }),
    timeoutSeconds: z.int().min(1).max(3600).default(300).meta({ description: 'Of a request.' }),
    ingress: z
      .enum(['internal', 'internal-and-load-balancer', 'all'])
      .default('internal')
      .meta({ description: 'Where requests may come from; callers need roles/run.invoker besides.' }),
    invokers: z
      .array(
        z
          .string()
          .regex(
            /^(?:user|group|serviceAccount|domain):\S+$/,
            'a member such as serviceAccount:shop@shop-prod.iam.gserviceaccount.com',
          ),
      )
      .max(50)
      .default([])
      .meta({ description: 'Who may call it.' }),
    allowUnauthenticated: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether everybody may call it, as far as ingress lets them in.' }),
    serviceAccount: serviceAccountEmail.optional().meta({
      description: 'Who it runs as; else an account is made that may read the secrets named here and nothing more.',
    }),
    network: network.optional().meta({ description: 'The VPC network in which it reaches private addresses.' }),
    subnetwork: z
      .string()
      .regex(/^projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[^/]+$/, 'projects/…/regions/…/subnetworks/…')
      .optional()
      .meta({ description: 'Of the network; the one of its name when it is left out.' }),
    kmsKeyName,
    labels,
    deletionProtection: z.boolean().default(false).meta({ description: 'Whether a destroy is refused.' }),
  })
  .refine(({ minInstances, maxInstances }) => minInstances <= maxInstances, {
    path: ['minInstances'],
    message: 'more than maxInstances',
  })
  .refine(({ env, secrets }) => Object.keys(secrets).every((name) => !Object.hasOwn(env, name)), {
    path: ['secrets'],
    message: 'a variable is in env too',
  })
  .refine((value) => value.subnetwork === undefined || value.network !== undefined, {
    path: ['network'],
    message: 'needed with subnetwork',
  });

export const kind = defineKind({
  name: 'GcpCloudRun',
  provider: 'gcp',
  summary: 'A service of Cloud Run, from within only by default, as an account of its own.',
  spec,
  outputs: {
    serviceName: 'Name of the service',
    url: 'Address of the service, by https',
    serviceAccountEmail: 'Who the service runs as',
    projectId: 'Project of the service',
  },
});
