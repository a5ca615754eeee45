import { type Schemas, unwrap } from '@davit/api';
import { cancelled, failed } from '../command-line/cli-error.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { adviceOf } from './advice.ts';
import { createRunDisplay } from './create-run-display.ts';
import { deploymentAdvice } from './deployment-advice.ts';
import { followAttended, tailLines } from './follow-attended.ts';
import type { FollowedRun } from './follow-run.ts';
import type { RunDisplay } from './run-display.ts';

type Deployment = Schemas['Deployment'];

export interface FollowOptions {
  output: Output;
  /** Show every line of output. */
  verbose?: boolean | undefined;
  /** Do not wait: only say how it can be followed. */
  detach?: boolean | undefined;
}

/** A deployment as it is now. */
export async function getDeployment({ api }: Connection, id: string): Promise<Deployment> {
  return await unwrap(api.GET('/v1/deployments/{id}', { params: { path: { id } } }));
}

function sentence(text: string | null, otherwise: string): string {
  return sanitizeLine(text ?? otherwise);
}

/** What to type to see how a deployment goes on. */
const followingOf = ({ id }: Deployment): string => `Follow it with \`davit logs --build -f --deployment ${id}\``;

/** @throws CliError when a deployment that has ended did not go well */
export function assertWentWell(deployment: Deployment): void {
  const { status, reason, hint, errorCode: code } = deployment;
  const details = { deployment };
  if (status === 'canceled') throw cancelled(sentence(reason, 'The deployment was cancelled.'), { details });
  if (status === 'superseded') throw failed(sentence(reason, 'A newer deployment took its place.'), { details });
  if (status !== 'failed') return;
  throw failed(sentence(reason, 'The deployment failed.'), { hint: adviceOf(hint), details: { code, ...details } });
}

function toFailure(deployment: Deployment, { run, tail }: FollowedRun, display: RunDisplay): Error {
  const step = run.steps.findLast(({ state }) => state === 'failed')?.name;
  const { reason } = deployment;
  // The run's own last line says the same as the error.
  const before = tail.filter(({ stream, content }) => stream !== 'system' || !content.includes(reason ?? content));
  return failed(sentence(reason, 'The deployment failed.'), {
    lines: tailLines(before, display),
    hint: deploymentAdvice(deployment),
    details: {
      code: deployment.errorCode,
      step: step ?? null,
      deployment,
      output: tail.map(({ content }) => content),
    },
  });
}

/**
 * Shows a deployment until it has ended.
 * @returns the deployment that serves now, or that found nothing to do; as it is where nobody waits for it
 * @throws CliError with the cause when it failed, was cancelled, or somebody detached from it
 */
export async function followDeployment(
  connection: Connection,
  deployment: Deployment,
  { output, verbose = false, detach = false }: FollowOptions,
): Promise<Deployment> {
  if (detach) {
    output.note(`${followingOf(deployment)}.`);
    return deployment;
  }
  const display = createRunDisplay(output, { verbose });
  const followed = await followAttended(connection, {
    runId: deployment.runId,
    display,
    what: 'deployment',
    cancelling: 'Cancelling …',
    async cancel() {
      await unwrap(connection.api.POST('/v1/deployments/{id}/cancel', { params: { path: { id: deployment.id } } }));
    },
  });
  if (followed === undefined) {
    throw cancelled('Detached: the deployment goes on.', {
      hint: `${followingOf(deployment)}, see \`davit status\`.`,
      details: { deployment },
    });
  }
  const ended = await getDeployment(connection, deployment.id);
  if (ended.status === 'failed') throw toFailure(ended, followed, display);
  assertWentWell(ended);
  return ended;
}
