import { AppError } from '../../../kernel/app-error.ts';
import type { Executor, ExecutorCommand, ExecutorStatus } from '../../executor/executor.ts';
import { runToEnd } from '../../executor/run-to-end.ts';
import type { BuildOutput } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { type BuildFailure, createProgressReader, type ProgressReader } from './build-progress.ts';
import { isEngineAway, isEngineLost } from './engine-words.ts';

const noSpace = /no space left on device|ENOSPC/i;
const noEngine =
  /cannot connect to the docker daemon|failed to list workers|connection error|connection refused|is the docker daemon running/i;
const noImage =
  /(?:failed to (?:do request|resolve source metadata|authorize|fetch|copy)|pull access denied|no match for platform|manifest unknown|no such host|unexpected status|pulling from host \S+ failed)/i;

/** Seen, not concluded from a version: whoever runs the steps may not know of groups, or run on another machine. */
const unlimited =
  'Warning: memory and CPU of the steps were not limited: what builds images ran them outside of the group that it was given. An operator updates Docker (23 or newer, with buildx 0.11 or newer), or sets BUILDKIT_ADDRESS to a buildkitd of this machine.';

const lostInTheMiddle = 'What builds images went away in the middle.';

const sentence = (text: string) => (text.length > 500 ? `${text.slice(0, 500)} …` : text);

/** What is known of a client's end. */
export interface ClientEnd {
  /** `image` is the build; the others move an image. */
  name: string;
  title: string;
  exit: ExecutorStatus['exit'];
  failure: BuildFailure | undefined;
  /** That its steps may use together; undefined: no limit of its own. */
  memoryBytes: number | undefined;
}

const allowed = (bytes: number | undefined) =>
  bytes === undefined ? '' : `: it may use ${Math.round(bytes / (1024 * 1024))} MiB`;

/** The true cause in one sentence. */
function explainFailure({ name, title, exit, failure, memoryBytes }: ClientEnd): AppError {
  const cause = failure?.cause ?? '';
  const texts = [cause, ...(failure?.lastLines ?? [])];
  if (exit?.reason === 'timeout') return builderErrors.BUILD_TIMEOUT({ message: `"${title}" ${exit.detail}` });
  if (texts.some((text) => noSpace.test(text))) return builderErrors.BUILD_DISK_FULL();
  if (exit?.reason === 'out-of-memory')
    return builderErrors.BUILD_OUT_OF_MEMORY({ message: `"${title}": ${exit.detail}` });
  if (exit?.diskWasFull === true)
    return builderErrors.BUILD_DISK_FULL({ message: `"${title}" failed: ${exit.detail}` });
  if (failure === undefined) {
    const detail = exit?.detail ?? 'its end was not seen';
    return builderErrors.BUILD_COMMAND_FAILED({ message: `"${title}" failed: ${detail}` });
  }
  const { stage, lastLines } = failure;
  // In words of davit's own: the client's, which are in the output, tell nobody who builds what to do.
  if (isEngineAway(cause)) return builderErrors.BUILD_ENGINE_UNREACHABLE({ away: true });
  if (isEngineLost(cause)) return builderErrors.BUILD_ENGINE_UNREACHABLE({ message: lostInTheMiddle });
  // A buildkitd pushes as the last part of a build.
  if (name === 'push' || cause.startsWith('failed to push '))
    return builderErrors.BUILD_PUSH_FAILED({ message: `${title}: ${sentence(cause)}` });
  if (stage !== undefined && /\bRUN\b/.test(stage)) {
    const [, code] = /exit code: (\d+)/.exec(cause) ?? [];
    if (code === '137') {
      return builderErrors.BUILD_OUT_OF_MEMORY({
        message: `"${stage}" was killed (exit code 137), most often because memory ran out${allowed(memoryBytes)}.`,
      });
    }
    const last = lastLines.at(-1);
    const how = code === undefined ? sentence(cause) : `exit code ${code}`;
    return builderErrors.BUILD_COMMAND_FAILED({
      message: `"${sentence(stage)}" failed: ${how}.${last === undefined ? '' : ` Its last line: ${last}`}`,
    });
  }
  if (/dockerfile parse error|unknown instruction|unknown flag|target stage/i.test(cause))
    return builderErrors.BUILD_DOCKERFILE_INVALID({ message: sentence(cause) });
  if (noImage.test(cause)) return builderErrors.BUILD_BASE_IMAGE_UNAVAILABLE({ message: sentence(cause) });
  if (noEngine.test(cause)) return builderErrors.BUILD_ENGINE_UNREACHABLE({ away: true });
  const where = stage === undefined ? '' : `"${sentence(stage)}": `;
  return builderErrors.BUILD_DOCKERFILE_INVALID({ message: `${where}${sentence(cause)}` });
}

/** A client that was not started since nobody listens where it should connect to. */
function explainStart(thrown: unknown): unknown {
  if (!(thrown instanceof AppError) || thrown.code !== 'COMMAND_SOCKET_MISSING') return thrown;
  return builderErrors.BUILD_ENGINE_UNREACHABLE({ cause: thrown, away: true });
}

/** Hands on the lines of a client, but those that an earlier server has stored of the same output. */
function createSink(reader: ProgressReader, output: BuildOutput, stored: number) {
  let toSkip = stored;
  return {
    write(stream: 'stdout' | 'stderr', line: string) {
      if (stream !== 'stderr') return;
      for (const text of reader.push(line)) {
        if (toSkip > 0) toSkip--;
        else output.write('stdout', text);
      }
    },
    room: () => output.room(),
  };
}

/**
 * Runs a client of BuildKit or of the engine to its end, or goes on with the one that an earlier server started.
 *
 * @throws AppError BUILD_*
 */
export async function runClient(
  executor: Executor,
  id: string,
  client: { name: string; title: string; command: ExecutorCommand; originalLines: readonly number[] },
  output: BuildOutput,
  signal: AbortSignal,
): Promise<ProgressReader> {
  const reader = createProgressReader(client.originalLines);
  const isFound = (await executor.list(signal)).some((command) => command.id === id);
  const { stdout: stored } = await output.announce(client.title);
  const sink = createSink(reader, output, isFound ? stored : 0);
  // The output is read from its beginning each time: what a line means depends on those before it.
  const { exit } = await runToEnd(executor, id, client.command, sink, { stdout: 0, stderr: 0 }, signal).catch(
    (thrown: unknown) => {
      throw explainStart(thrown);
    },
  );
  const ran = reader.stages.some(({ title, cached }) => !cached && /\bRUN\b/.test(title));
  if (client.command.lendsGroup !== undefined && exit?.lentGroupUsed === false && ran)
    output.write('system', unlimited);
  if (exit?.code === 0 && exit.diskWasFull === true) output.write('system', `Warning: ${exit.detail}`);
  if (exit?.code === 0) return reader;
  const { memoryBytes } = client.command.limits;
  const error = explainFailure({ ...client, exit, failure: reader.failure(), memoryBytes });
  // Another try would find this end again.
  if (error.transient) await executor.remove(id, signal);
  throw error;
}
