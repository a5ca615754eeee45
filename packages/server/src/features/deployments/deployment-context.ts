import { join } from 'node:path';
import type { BuildOutput, BuildStage } from '../../adapters/builder/builder.ts';
import type { Db } from '../../platform/db/database.ts';
import type { JsonValue, RunContext } from '../../platform/runs/run-kind.ts';
import { countLinesSince } from './deployment-store.ts';

/** What every run about a service is given. */
export interface ServiceRunInput {
  serviceId: string;
}

/** What a run of a deployment is given; all else is in the deployment's row. */
export interface DeploymentRunInput extends ServiceRunInput {
  deploymentId: string;
  /** What people read in the output of one that nobody asked for. */
  why?: string | undefined;
}

/** The organization of a run that has one; every run about a service does. */
export function tenantOf(context: { organizationId: string | null }): string {
  if (context.organizationId === null) throw new Error('a run about a service without an organization');
  return context.organizationId;
}

/** What an earlier step of this run handed over. */
export function resultOf(context: RunContext<unknown>, step: string): JsonValue {
  const result = context.results[step];
  if (result === undefined) throw new Error(`step ${step} left no result`);
  return result;
}

/** Where the source of a deployment is put, is built, and stays as its artifact. */
export function releaseFolder(releasesFolder: string, serviceId: string, deploymentId: string): string {
  return join(releasesFolder, serviceId, deploymentId);
}

/**
 * So long in all is waited for a command's output to be stored: enough for a burst of any size. A flood that the database
 * cannot take must not keep a deployment from its end; what is over is dropped, and counted.
 */
const PATIENCE_MS = 10_000;

/** The output of a step, as commands write to it. */
export function commandOutput(
  context: RunContext<unknown>,
  db: Db,
  step: string,
): BuildOutput & { readonly stages: readonly BuildStage[] } {
  const stages: BuildStage[] = [];
  let isFull = false;
  let patienceMs = PATIENCE_MS;
  return {
    stages,
    stage: (stage) => void stages.push(stage),
    write(stream, text) {
      isFull = !context.output.write(stream, text);
    },
    async room() {
      if (!isFull || patienceMs <= 0) return;
      isFull = false;
      const since = performance.now();
      await context.output.flush();
      patienceMs -= performance.now() - since;
    },
    async announce(title) {
      const line = `$ ${title}`;
      const before = context.attempt > 1 ? await countLinesSince(db, context.runId, step, line) : undefined;
      if (before !== undefined) return before;
      context.output.write('system', line);
      return { stdout: 0, stderr: 0 };
    },
  };
}
