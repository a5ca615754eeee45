import { z } from 'zod';
import { creationKey } from './creation-key.ts';

/** Names that people type and that become parts of host names: lower case, digits and dashes, as RFC 1123 has labels. */
export const resourceName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, at most 40, no dash at either end',
  );

const environmentKinds = ['production', 'staging', 'preview'] as const;

/** Whose approval a deployment of a cloud resource needs. */
const deployApprovals = ['none', 'another_member'] as const;
const deployApproval = z.enum(deployApprovals).meta({
  description:
    '`another_member`: a deployment of a cloud resource is previewed and waits until another member approves it.',
});
const driftCheckHours = z.int().min(1).max(168).nullable().meta({
  description: 'How often its cloud resources are compared with what is there; null: when somebody asks.',
});

export const environmentSchema = z
  .strictObject({
    id: z.string(),
    projectId: z.string(),
    name: z.string(),
    kind: z.enum(environmentKinds),
    deployApproval,
    driftCheckHours,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Environment' });
export type Environment = z.infer<typeof environmentSchema>;

export const projectSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    environments: z.array(environmentSchema),
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof projectSchema>;

/** How many of a project's services are in what state; `services` is their sum. */
const projectHealthSchema = z
  .strictObject({
    services: z.int(),
    running: z.int(),
    deploying: z.int(),
    failing: z.int().meta({ description: 'Failed, crashed or degraded.' }),
    stopped: z.int().meta({ description: 'Stopped, or never deployed.' }),
  })
  .meta({ id: 'ProjectHealth' });
export type ProjectHealth = z.infer<typeof projectHealthSchema>;

/** A project in a list. */
export const projectSummarySchema = projectSchema
  .extend({ health: projectHealthSchema })
  .meta({ id: 'ProjectSummary' });

/** Answer to a deletion that a run does. */
export const deletionRunSchema = z.strictObject({ runId: z.string() }).meta({ id: 'DeletionRun' });

export const createProjectBody = z
  .strictObject({ name: resourceName, description: z.string().max(500).default(''), creationKey })
  .meta({ id: 'CreateProject' });
export const updateProjectBody = z
  .strictObject({ name: resourceName.optional(), description: z.string().max(500).optional() })
  .meta({ id: 'UpdateProject' });
export const createEnvironmentBody = z
  .strictObject({ name: resourceName, kind: z.enum(environmentKinds).default('staging'), creationKey })
  .meta({ id: 'CreateEnvironment' });
export const updateEnvironmentBody = z
  .strictObject({
    name: resourceName.optional(),
    deployApproval: deployApproval.optional(),
    driftCheckHours: driftCheckHours.optional(),
  })
  .meta({ id: 'UpdateEnvironment' });
export type UpdateEnvironment = z.output<typeof updateEnvironmentBody>;
