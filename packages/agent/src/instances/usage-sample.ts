import { setImmediate as turn } from 'node:timers/promises';
import { type ProcessSnapshot, takeProcessSnapshot } from '../process/process-table.ts';
import type { UsageSample } from '../protocol/protocol.ts';
import type { Instance } from './instance.ts';

/** Files of the kernel are read at once, about 0.1 ms an instance; the proxy gets its turn after so many. */
const INSTANCES_A_TURN = 16;

/** What the processes of these instances have used so far. Instances without a process are left out. */
export async function sampleUsage(instances: readonly Instance[]): Promise<UsageSample[]> {
  let taken: ProcessSnapshot | undefined;
  const snapshot = (): ProcessSnapshot => (taken ??= takeProcessSnapshot());
  const samples: UsageSample[] = [];
  for (const [index, { process, record }] of instances.entries()) {
    if (index % INSTANCES_A_TURN === INSTANCES_A_TURN - 1) await turn();
    if (!process) continue;
    const { startedAt } = process.stored;
    try {
      const usage = process.usage(snapshot);
      samples.push({
        instanceId: record.id,
        group: record.spec.group,
        at: new Date().toISOString(),
        startedAt,
        ...usage,
      });
    } catch {
      // It ended, and its group with it, while the others were looked at.
    }
  }
  return samples;
}
