import { z } from 'zod';
import { ending, storedExit } from '../process/process-exit.ts';
import { storedProcess } from '../process/tracked-process.ts';
import { agentId, processLimits, sandboxSpec } from '../protocol/protocol.ts';

/** What is kept of a command on disk. Its environment is not: it may hold secrets, and a command runs only once. */
export const commandRecord = z.strictObject({
  id: agentId,
  argv: z.array(z.string()),
  cwd: z.string(),
  sandbox: sandboxSpec,
  limits: processLimits,
  timeoutMs: z.int().optional(),
  lendsGroup: agentId.optional(),
  startedAt: z.string(),
  /** Null when it could not even be started. */
  process: storedProcess.nullable(),
  ending: ending.nullable(),
  exit: storedExit.nullable(),
});
export type CommandRecord = z.infer<typeof commandRecord>;
