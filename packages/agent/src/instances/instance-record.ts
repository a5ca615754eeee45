import { z } from 'zod';
import { storedExit } from '../process/process-exit.ts';
import { storedProcess } from '../process/tracked-process.ts';
import { agentId, type InstanceSpec, instanceSpec } from '../protocol/protocol.ts';

/** A spec without what may hold secrets. */
const storedInstanceSpec = instanceSpec.omit({ env: true });

/** What is kept of an instance on disk: what should be, and what was last known to be. */
export const instanceRecord = z.strictObject({
  id: agentId,
  spec: storedInstanceSpec,
  port: z.int().nullable(),
  process: storedProcess.nullable(),
  startedAt: z.string().nullable(),
  /** It is being removed: an agent that comes back goes on with that. */
  removing: z.boolean(),
  /** Set once it will not be started again. */
  final: z.enum(['stopped', 'failed']).nullable(),
  restarts: z.int(),
  restartsInARow: z.int(),
  lastExit: storedExit.nullable(),
});
export type InstanceRecord = z.infer<typeof instanceRecord>;

/** The record of an instance that was never started. */
export function createInstanceRecord(id: string, spec: InstanceSpec, port: number | null): InstanceRecord {
  const { env: _secret, ...kept } = spec;
  const blank = { process: null, startedAt: null, removing: false, final: null, lastExit: null };
  return { id, spec: kept, port, ...blank, restarts: 0, restartsInARow: 0 };
}
