import type { OutputMap } from '@pulumi/pulumi/automation/index.js';

/** What Pulumi writes in place of a value that nobody knows yet (pkg/resource/plugin, UnknownStringValue). */
const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Whether a value is known in all its parts. */
export const isKnownValue = (value: unknown): boolean => !JSON.stringify(value ?? null).includes(unknown);

/** Outputs without those that wait for a resource that is not there yet: a part of a program leaves some. */
export function knownOutputs(outputs: OutputMap): OutputMap {
  return Object.fromEntries(Object.entries(outputs).filter(([, { value }]) => isKnownValue(value)));
}
