import { z } from 'zod';
import { buildReportSchema } from './build-report.ts';

/** What brought a deployment about. */
const deploymentTriggers = ['deploy', 'rollback'] as const;

export const deploymentStatuses = [
  'queued',
  'running',
  /** Its release serves now. */
  'active',
  /** It served, and a later one took its place. */
  'retired',
  /** Asked for "if changed", and nothing had that is watched. */
  'skipped',
  'failed',
  'canceled',
  'superseded',
] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

/** The source that one deployment was asked for: fixed when it is asked for, so that a later change does not reach it. */
export type DeploymentSource =
  | {
      type: 'git';
      url: string;
      reference: { branch: string } | { tag: string } | { commit: string } | null;
      rootFolder: string;
      submodules: boolean;
      lfs: boolean;
      knownHosts: string | null;
      onlyIfChanged: boolean;
    }
  | { type: 'upload'; uploadId: string; rootFolder: string; onlyIfChanged: boolean }
  | { type: 'image'; image: string; onlyIfChanged: boolean }
  | { type: 'release'; releaseId: string };

export const deployBody = z
  .strictObject({
    /** For services fed by uploads: which upload. Default: that of the deployment before. */
    uploadId: z.string().optional(),
    /** For services fed by Git: another branch, tag or commit than the service's own. */
    reference: z
      .union([
        z.strictObject({ branch: z.string().min(1).max(255) }),
        z.strictObject({ tag: z.string().min(1).max(255) }),
        z.strictObject({ commit: z.string().regex(/^[0-9a-f]{7,64}$/) }),
      ])
      .optional(),
    /** Go on only when a watched path changed since the active release; for uploads: when the upload is not the same bytes. */
    onlyIfChanged: z.boolean().default(false),
  })
  .meta({ id: 'Deploy' });
export type Deploy = z.infer<typeof deployBody>;

const deploymentStepSchema = z
  .strictObject({
    name: z.string(),
    state: z.enum(['running', 'succeeded', 'failed', 'skipped', 'canceled']),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'DeploymentStep' });

export const deploymentSchema = z
  .strictObject({
    id: z.string(),
    serviceId: z.string(),
    runId: z.string(),
    /** 1, 2, 3, … within the service. */
    number: z.int(),
    trigger: z.enum(deploymentTriggers),
    status: z.enum(deploymentStatuses),
    /** One sentence once it has ended. */
    reason: z.string().nullable(),
    errorCode: z.string().nullable(),
    /** What to do about a failure. */
    hint: z.string().nullable(),
    currentStep: z.string().nullable(),
    commit: z
      .strictObject({ sha: z.string(), message: z.string().nullable(), author: z.string().nullable() })
      .nullable(),
    rollsBackTo: z.string().nullable(),
    createdBy: z.string().nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    /** In the order in which they ran; only with a single deployment. */
    steps: z.array(deploymentStepSchema).optional(),
    /** What its build took; only with a single deployment, and null until it was built. */
    build: buildReportSchema.nullable().optional(),
  })
  .meta({ id: 'Deployment' });
export type Deployment = z.infer<typeof deploymentSchema>;

export const instanceSchema = z
  .strictObject({
    id: z.string(),
    process: z.string(),
    ordinal: z.int(),
    releaseId: z.string(),
    deploymentId: z.string(),
    state: z.enum(['starting', 'running', 'backing-off', 'stopping', 'stopped', 'failed', 'interrupted', 'incomplete']),
    address: z.string().nullable(),
    startedAt: z.string().nullable(),
    restarts: z.int(),
    lastExit: z.string().nullable(),
    cpuMs: z.number().nullable(),
    memoryBytes: z.number().nullable(),
  })
  .meta({ id: 'Instance' });
export type Instance = z.infer<typeof instanceSchema>;

export const scaleBody = z
  .strictObject({
    replicas: z.int().min(0).max(50).optional(),
    /** Instances of other processes of a Procfile, by name. */
    processes: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,40}$/), z.int().min(0).max(50)).optional(),
  })
  .meta({ id: 'Scale' });

/** Derives what people see from the run and the release. */
export function deploymentStatus(
  run: { state: string; reason: string | null },
  releaseState: string | null,
): DeploymentStatus {
  switch (run.state) {
    case 'queued':
      return 'queued';
    case 'running':
    case 'waiting':
      return 'running';
    case 'succeeded':
      if (releaseState === null) return 'skipped';
      return releaseState === 'active' ? 'active' : 'retired';
    case 'canceled':
      return 'canceled';
    case 'superseded':
      return 'superseded';
    default:
      return 'failed';
  }
}
