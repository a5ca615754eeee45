import type { Schemas } from '@davit/api';
import { formatDuration } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

type Deployment = Schemas['Deployment'];

function timeOf({ createdAt, finishedAt }: Deployment): string {
  return finishedAt === null ? '' : ` in ${formatDuration(Date.parse(finishedAt) - Date.parse(createdAt))}`;
}

/** What came of a deployment, or where it stands. */
export function deploymentSaid(service: Schemas['Service'], deployment: Deployment): string {
  const number = `deployment ${deployment.number}`;
  if (deployment.status === 'active') return `${service.name} is live (${number}${timeOf(deployment)})`;
  if (deployment.status === 'skipped') return sanitizeLine(deployment.reason ?? 'There was nothing to deploy.');
  return `${number} of ${service.name} is on its way (${deployment.status})`;
}

/** The end of a deployment: what happened, and last where the service answers. */
export function reportDeployment(output: Output, service: Schemas['Service'], deployment: Deployment): void {
  const text = deploymentSaid(service, deployment);
  const { url } = service;
  // Beside the address, which a script takes from stdout, it is a remark.
  if (url !== null) output.note(`\n${output.noteStyle.bold(text)}\n`);
  output.result({
    value: { url, service: { id: service.id, name: service.name, projectId: service.projectId }, deployment },
    text: url ?? text,
    quiet: url ?? deployment.id,
  });
}
