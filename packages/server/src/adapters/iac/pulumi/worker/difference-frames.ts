import { isDeepStrictEqual } from 'node:util';
import type { EngineEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';
import type { Frame } from '../frame.ts';

const mostProperties = 100;
const longestName = 1000;

type Outputs = Readonly<Record<string, unknown>>;

/** Names of the properties that are not as they were; `__provider` and its like are a provider's own. */
function changedProperties({ old, new: now, detailedDiff, diffs }: StepEventMetadata): string[] {
  const told = detailedDiff === undefined || detailedDiff === null ? (diffs ?? []) : Object.keys(detailedDiff);
  const before: Outputs = old?.outputs ?? {};
  const after: Outputs = now?.outputs ?? {};
  const compared = Object.keys({ ...before, ...after }).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  const names = told.length > 0 ? told : compared;
  return names
    .filter((name) => !name.startsWith('__'))
    .slice(0, mostProperties)
    .map((name) => name.slice(0, longestName));
}

/** Turns the events of a refresh into frames that say which resources are not as the state says, without any value. */
export function createDifferenceFrames(write: (frame: Frame) => void): (event: EngineEvent) => void {
  return ({ resOutputsEvent }) => {
    if (resOutputsEvent === undefined) return;
    const { metadata } = resOutputsEvent;
    const { urn, type: resourceType, op: operation } = metadata;
    if (operation === 'same' || operation === 'refresh' || operation === 'read') return;
    const properties = operation === 'delete' ? [] : changedProperties(metadata);
    write({ type: 'difference', urn, resourceType, operation, properties });
  };
}
