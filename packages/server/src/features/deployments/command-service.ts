import { z } from 'zod';
import { createId } from '../../kernel/id.ts';
import type { Db } from '../../platform/db/database.ts';
import { timestamp } from '../../platform/http/timestamp.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { findServiceForUpdate, type ServiceService, serviceErrors } from '../services/index.ts';
import { commandInput, commandSubject, commandSubjects } from './command-runs.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { findRunFacts } from './deployment-store.ts';

/** Room for a script, and for the names of many files. */
const longestWord = 32_768;
const mostWords = 1000;
const longestCommand = 131_072;

export const runCommandBody = z
  .strictObject({
    /** The program and its arguments, each as it is: no shell reads them. */
    command: z
      .array(
        z
          .string()
          .max(longestWord)
          .refine((text) => !text.includes('\0'), 'must not contain a NUL byte'),
      )
      .min(1)
      .max(mostWords)
      .refine(([program]) => program !== '', 'must begin with the name of a program')
      .refine((words) => words.join(' ').length <= longestCommand, `must be at most ${longestCommand} characters long`),
    timeoutMinutes: z.int().min(1).max(1440).default(60),
  })
  .meta({ id: 'RunServiceCommand' });

export const serviceCommandSchema = z
  .strictObject({
    runId: z.string(),
    serviceId: z.string(),
    releaseId: z.string(),
    command: z.array(z.string()),
    state: z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'canceled', 'superseded']),
    reason: z.string().nullable().meta({ description: 'One sentence; set once it has ended.' }),
    exitCode: z.int().nullable().meta({
      description: '128 and more for a signal; null while it runs, and where something else than itself ended it.',
    }),
    askedBy: z.string().nullable(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'ServiceCommand' });
export type ServiceCommand = z.infer<typeof serviceCommandSchema>;

type Who = { organizationId: string; userId: string | null };

export type CommandService = ReturnType<typeof createCommandService>;

/** Commands that people run once, in the release that serves. */
export function createCommandService(options: { db: Db; engine: RunEngine; services: ServiceService }) {
  const { db, engine, services } = options;

  async function get(organizationId: string, serviceId: string, runId: string): Promise<ServiceCommand> {
    await services.get(organizationId, serviceId);
    const run = await engine.getRun(organizationId, runId);
    if (!run.subject.startsWith(commandSubjects(serviceId))) throw deploymentErrors.COMMAND_NOT_FOUND();
    const facts = await findRunFacts(db, organizationId, runId, 'run');
    const { releaseId, command } = commandInput.parse(facts?.input);
    const result = facts?.result as { exitCode: number | null } | undefined;
    return {
      runId: run.id,
      serviceId,
      releaseId,
      command,
      state: run.state,
      reason: run.reason,
      exitCode: result?.exitCode ?? null,
      askedBy: run.askedBy,
      createdAt: run.createdAt,
      finishedAt: run.finishedAt,
    };
  }

  return {
    get,

    /** Asks for it; what it prints is the output of the run. */
    async run(
      { organizationId, userId }: Who,
      serviceId: string,
      input: z.infer<typeof runCommandBody>,
    ): Promise<ServiceCommand> {
      const runId = await db.transaction().execute(async (trx) => {
        const service = await findServiceForUpdate(trx, organizationId, serviceId);
        if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
        if (service.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
        if (service.activeReleaseId === null) throw serviceErrors.SERVICE_NEVER_DEPLOYED();
        const run = await engine.enqueue(trx, {
          kind: 'command.run',
          organizationId,
          subject: commandSubject(serviceId, createId('cmd')),
          input: { serviceId, releaseId: service.activeReleaseId, ...input },
          askedBy: userId,
        });
        return run.id;
      });
      return await get(organizationId, serviceId, runId);
    },
  };
}
