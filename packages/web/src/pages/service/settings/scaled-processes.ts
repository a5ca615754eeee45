import type { Instance } from '../../../data/use-instances.ts';
import type { Service } from '../../../data/use-services.ts';

/** A process of a Procfile beside the one that the service is about. */
export interface ScaledProcess {
  readonly name: string;
  readonly count: number;
}

/**
 * The processes that can be scaled beside the main one, by name: those that run, and those that were scaled before. Only a web
 * service has any; there is one instance of each that was never scaled.
 */
export function scaledProcesses(
  kind: Service['kind'],
  processes: Readonly<Record<string, number>>,
  instances: readonly Pick<Instance, 'process'>[],
): readonly ScaledProcess[] {
  if (kind !== 'web') return [];
  const names = new Set([...Object.keys(processes), ...instances.map(({ process }) => process)]);
  names.delete('web');
  return [...names]
    .toSorted()
    .map((name) => ({ name, count: Object.hasOwn(processes, name) ? (processes[name] ?? 1) : 1 }));
}
