import type { InstanceLabels } from './runtime.ts';

/** What the lines of an instance are labelled with in its service's log. */
export function toLogLabels(labels: InstanceLabels): Record<string, string> {
  return {
    release: labels.releaseId,
    deployment: labels.deploymentId,
    process: labels.process,
    ordinal: String(labels.ordinal),
    generation: String(labels.generation),
  };
}
