import { constants } from 'node:os';
import { z } from 'zod';
import type { ExecutorStatus, ReleaseExecutor } from '../../adapters/executor/executor.ts';
import { runToEnd } from '../../adapters/executor/run-to-end.ts';
import type { Db } from '../../platform/db/database.ts';
import { defineRunKind, type RunContext, type RunKind } from '../../platform/runs/run-kind.ts';
import { artifactCommand } from './artifact-command.ts';
import { commandOutput, resultOf, tenantOf } from './deployment-context.ts';
import { deploymentErrors } from './deployment-errors.ts';
import { secretValues } from './release-environment.ts';
import type { ReleaseLoader } from './release-loader.ts';

const minuteMs = 60_000;

/** What a run of a command that a person asked for is given. */
export const commandInput = z.strictObject({
  serviceId: z.string(),
  releaseId: z.string(),
  command: z.array(z.string()).min(1),
  timeoutMinutes: z.int(),
});
type CommandRunInput = z.infer<typeof commandInput>;

/** Each has a subject of its own: neither a deployment nor another command waits for it, nor the other way round. */
export const commandSubject = (serviceId: string, id: string) => `${commandSubjects(serviceId)}${id}`;

/** What the subjects of all commands of a service begin with. */
export const commandSubjects = (serviceId: string) => `${serviceId}:command:`;

/** The one command of such a run. */
export const runCommandId = (runId: string) => `${runId}-command`;

/** As a shell counts it: 128 and more for a signal. Undefined where it did not end by itself. */
function exitCodeOf({ exit }: ExecutorStatus): number | undefined {
  if (exit === null) return undefined;
  if (exit.reason === 'signaled') return 128 + (constants.signals[exit.signal as keyof typeof constants.signals] ?? 0);
  return exit.reason === 'exited' && exit.code !== null ? exit.code : undefined;
}

/** A command that a person asked for, once, where the active release runs: in a container of its image, or among its files. */
export function createCommandRunKind(dependencies: {
  db: Db;
  executor: ReleaseExecutor;
  loader: ReleaseLoader;
}): RunKind<CommandRunInput> {
  const { db, executor, loader } = dependencies;
  type Context = RunContext<CommandRunInput>;

  async function run(context: Context) {
    const { serviceId, releaseId, command: argv, timeoutMinutes } = context.input;
    const target = await loader.loadForCommand(tenantOf(context), serviceId, releaseId);
    context.mask(secretValues(target.environment));
    const output = commandOutput(context, db, 'run');
    const written = await output.announce(argv.join(' '));
    const command = artifactCommand(target.artifact, {
      argv,
      env: { ...target.environment, DAVIT_PROCESS: 'command' },
      service: target.service,
      settings: target.settings,
      runId: context.runId,
      timeoutMs: timeoutMinutes * minuteMs,
    });
    const status = await runToEnd(executor, runCommandId(context.runId), command, output, written, context.signal);
    return { exitCode: exitCodeOf(status) ?? null, detail: status.exit?.detail ?? 'It is lost.' };
  }

  async function tidy(context: Context): Promise<null> {
    await executor.remove(runCommandId(context.runId), context.signal);
    return null;
  }

  /** Last: what the command left is gone, and how it ended is stored, whatever the verdict. */
  async function judge(context: Context): Promise<null> {
    const { exitCode, detail } = resultOf(context, 'run') as Awaited<ReturnType<typeof run>>;
    if (exitCode !== 0) throw deploymentErrors.COMMAND_FAILED({ message: `The command failed: ${detail}` });
    return null;
  }

  return defineRunKind<CommandRunInput>({
    name: 'command.run',
    lane: 'lasting',
    input: commandInput,
    timeoutMs: 25 * 60 * minuteMs,
    supersedesQueued: false,
    steps: [
      { name: 'run', run },
      { name: 'tidy', run: tidy },
      { name: 'judge', run: judge },
    ],
    cleanup: async (context) => void (await tidy(context)),
  });
}
