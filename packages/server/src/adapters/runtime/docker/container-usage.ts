import type { EngineClient } from '@davit/agent/engine';
import type { InstanceUsage } from '../runtime.ts';
import { type ContainerDetails, containerStats } from './engine-answers.ts';
import { fromContainerLabels } from './instance-labels.ts';

/**
 * What a container that runs has used since its start. `countsDisk`: only cgroups of version 2 say whose the bytes are that
 * the kernel writes later; the older ones count next to nothing of them.
 */
export async function usageOf(
  engine: EngineClient,
  details: ContainerDetails,
  countsDisk: boolean,
  signal: AbortSignal,
): Promise<InstanceUsage> {
  const query = { stream: 'false', 'one-shot': 'true' };
  const stats = containerStats.parse(await engine.call(`/containers/${details.Id}/stats`, { query, signal }));
  const { usage = 0, stats: parts } = stats.memory_stats;
  // Pages that the kernel gives back as soon as somebody needs them are no use of memory (cgroup v1 and v2 name them so).
  const reclaimable = parts?.['total_inactive_file'] ?? parts?.['inactive_file'] ?? 0;
  const moved = stats.blkio_stats.io_service_bytes_recursive;
  const sum = (name: string) =>
    (moved ?? []).filter(({ op }) => op.toLowerCase() === name).reduce((total, { value }) => total + value, 0);
  const { id, labels } = fromContainerLabels(details.Config.Labels ?? {});
  return {
    instanceId: id,
    serviceId: labels.serviceId,
    at: new Date().toISOString(),
    startedAt: new Date(details.State.StartedAt).toISOString(),
    cpuMs: Math.round(stats.cpu_stats.cpu_usage.total_usage / 1e6),
    memoryBytes: Math.max(0, usage - reclaimable),
    disk:
      !countsDisk || moved === null || moved === undefined
        ? null
        : { readBytes: sum('read'), writtenBytes: sum('write') },
  };
}
