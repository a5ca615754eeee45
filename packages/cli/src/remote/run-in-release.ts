import { readEvents, type Schemas, unwrap } from '@davit/api';
import { cancelled } from '../command-line/cli-error.ts';
import { runFailure } from '../deploy/run-failure.ts';
import type { Connection } from '../session/connection.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';

type OutputLine = Schemas['OutputLine'];

/** Its advice is to look at the output, which has just been shown. */
const failedByItself = 'COMMAND_FAILED';

export interface RunInReleaseOptions {
  serviceId: string;
  command: string[];
  timeoutMinutes: number | undefined;
  output: Output;
}

/** Ctrl-C, and the end of the terminal, end what was started; a second one leaves it to itself. */
function watchSignals(cancel: () => Promise<void>, detach: () => void): () => void {
  let hasAsked = false;
  const onSignal = () => {
    if (hasAsked) detach();
    hasAsked = true;
    cancel().catch(detach);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/** A program gets the lines as they are; a terminal nothing that would move its cursor. */
function show(line: OutputLine, output: Output): void {
  if (output.json) {
    output.item(line, '');
    return;
  }
  if (line.stream === 'system' || line.stream === 'event') {
    // The first says what was asked for; those of later steps, what the exit code says.
    if (line.step === 'run' && !line.content.startsWith('$ ')) output.note(line.content);
    return;
  }
  const to = line.stream === 'stdout' ? process.stdout : process.stderr;
  to.write(`${to.isTTY ? sanitizeLine(line.content, { colours: output.colours }) : line.content}\n`);
}

/**
 * Runs a command once where the active release of a service runs, and shows what it prints.
 *
 * @returns its exit code
 * @throws CliError when something else than itself ended it
 */
export async function runInRelease(
  { api, locate: baseUrl, token }: Connection,
  { serviceId, command, timeoutMinutes, output }: RunInReleaseOptions,
): Promise<number> {
  const params = { path: { id: serviceId } };
  const body = { command, ...(timeoutMinutes === undefined ? {} : { timeoutMinutes }) };
  const { runId } = await unwrap(api.POST('/v1/services/{id}/commands', { params, body }));
  const detached = new AbortController();
  const cancel = async () => void (await unwrap(api.POST('/v1/runs/{id}/cancel', { params: { path: { id: runId } } })));
  const unwatch = watchSignals(cancel, () => detached.abort());
  try {
    const path = `/v1/runs/${encodeURIComponent(runId)}/stream`;
    for await (const { event, data } of readEvents({ baseUrl, path, token, signal: detached.signal })) {
      if (event === 'end') break;
      if (event === 'output') for (const line of JSON.parse(data) as OutputLine[]) show(line, output);
    }
  } finally {
    unwatch();
  }
  if (detached.signal.aborted) throw cancelled(`Left alone; it goes on as the run ${runId}.`);
  const done = await unwrap(
    api.GET('/v1/services/{id}/commands/{runId}', { params: { path: { id: serviceId, runId } } }),
  );
  if (done.exitCode !== null) return done.exitCode;
  const run = await unwrap(api.GET('/v1/runs/{id}', { params: { path: { id: runId } } }));
  throw runFailure(run, run.errorCode === failedByItself ? { hint: null } : {});
}
