import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineClient, EngineError } from '@davit/agent/engine';
import { z } from 'zod';
import type { InstanceTerminal, TerminalExit, TerminalRequest } from '../runtime.ts';
import { runtimeErrors } from '../runtime-errors.ts';
import type { ContainerDetails } from './engine-answers.ts';
import { readOutputs } from './exec-outputs.ts';

const shells = ['/bin/bash', '/bin/sh'];
const idleMs = 30 * 60_000;
const endTimeoutMs = 10_000;

/** The engine closes the connection of a command a moment before it knows its exit code. */
const exitTries = 40;
const exitPauseMs = 50;

const execCreated = z.object({ Id: z.string() });
const execDetails = z.object({ Running: z.boolean(), ExitCode: z.int().nullable() });

/** Marks everything that is started in a terminal, so that it can be ended: the engine itself ends nothing but containers. */
const marker = 'DAVIT_TERMINAL';

const endScript = `for p in /proc/[0-9]*; do
  grep -qsz "^${marker}=$1$" "$p/environ" && kill -KILL "\${p#/proc/}" 2>/dev/null
done
exit 0`;

async function findShell(engine: EngineClient, containerId: string, signal: AbortSignal): Promise<string> {
  for (const path of shells) {
    try {
      await engine.call(`/containers/${containerId}/archive`, { method: 'HEAD', query: { path }, signal });
      return path;
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 404) throw error;
    }
  }
  throw runtimeErrors.TERMINAL_UNAVAILABLE({
    message: 'The image of this service has no shell (/bin/sh).',
    hint: 'Build the image on one that has a shell, where a terminal is needed.',
  });
}

async function createExec(
  engine: EngineClient,
  containerId: string,
  body: object,
  signal: AbortSignal,
): Promise<string> {
  const answer = await engine.call(`/containers/${containerId}/exec`, { method: 'POST', body, signal });
  return execCreated.parse(answer).Id;
}

/** Ends whatever was started in a terminal, also what it left in the background. */
async function endAll(engine: EngineClient, containerId: string, mark: string): Promise<void> {
  const signal = AbortSignal.timeout(endTimeoutMs);
  const body = { Cmd: ['/bin/sh', '-c', endScript, 'sh', mark], User: '0' };
  const exec = await createExec(engine, containerId, body, signal);
  await engine.call(`/exec/${exec}/start`, { method: 'POST', body: { Detach: true }, signal });
}

interface Opened {
  tty: boolean;
  engine: EngineClient;
  containerId: string;
  execId: string;
  mark: string;
  socket: Duplex;
  isRunning: (signal: AbortSignal) => Promise<boolean>;
}

function toTerminal({ tty, engine, containerId, execId, mark, socket, isRunning }: Opened): InstanceTerminal {
  let exit: TerminalExit = { code: null, reason: 'lost' };
  let ended: 'stopped' | 'idle' | undefined;

  function end(reason: 'stopped' | 'idle'): void {
    if (ended !== undefined) return;
    ended = reason;
    // The container may be gone, and everything in it with it.
    endAll(engine, containerId, mark)
      .catch(() => undefined)
      .finally(() => socket.destroy());
  }

  const idle = setTimeout(() => end('idle'), idleMs);
  idle.unref();

  async function findExit(): Promise<TerminalExit> {
    if (ended !== undefined) return { code: null, reason: ended };
    const signal = AbortSignal.timeout(endTimeoutMs);
    for (let tries = 1; ; tries += 1) {
      const found = await lookAtExit(signal);
      if (found.reason !== 'lost' || tries === exitTries) return found;
      await sleep(exitPauseMs);
    }
  }

  async function lookAtExit(signal: AbortSignal): Promise<TerminalExit> {
    const { Running, ExitCode } = execDetails.parse(await engine.call(`/exec/${execId}/json`, { signal }));
    if (!(await isRunning(signal)) || ExitCode === 137) return { code: null, reason: 'killed' };
    return Running ? { code: null, reason: 'lost' } : { code: ExitCode, reason: 'exited' };
  }

  async function* output(): AsyncGenerator<Buffer, void, undefined> {
    try {
      const pieces = socket as AsyncIterable<Buffer>;
      for await (const piece of tty ? pieces : readOutputs(pieces)) {
        idle.refresh();
        yield piece;
      }
    } catch (error) {
      // The connection was cut: what there is to say about it is how the terminal ended.
      if (ended === undefined && !(error instanceof Error)) throw error;
    } finally {
      clearTimeout(idle);
      exit = await findExit().catch((): TerminalExit => ({ code: null, reason: ended ?? 'lost' }));
      socket.destroy();
    }
  }

  return {
    output: output(),
    exit: () => exit,
    async write(bytes) {
      idle.refresh();
      if (socket.destroyed || socket.write(bytes)) return;
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    },
    endInput: () => void socket.end(),
    resize({ cols, rows }) {
      if (!tty) return;
      const query = { h: String(rows), w: String(cols) };
      engine.call(`/exec/${execId}/resize`, { method: 'POST', query }).catch(() => undefined);
    },
    close: () => end('stopped'),
  };
}

/** A shell or a command in a container: its files, user, limits, environment and folder. @throws AppError TERMINAL_UNAVAILABLE */
export async function openDockerTerminal(
  engine: EngineClient,
  look: (signal: AbortSignal) => Promise<ContainerDetails | undefined>,
  { cols, rows, command, tty = true }: TerminalRequest,
  signal: AbortSignal,
): Promise<InstanceTerminal> {
  const details = await look(signal);
  if (details === undefined) throw runtimeErrors.TERMINAL_UNAVAILABLE({ message: 'There is no such instance.' });
  if (details.State.Status !== 'running') throw runtimeErrors.TERMINAL_UNAVAILABLE();
  const argv = command ?? [await findShell(engine, details.Id, signal)];
  const mark = randomBytes(8).toString('hex');
  const body = {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty,
    Env: [...(tty ? ['TERM=xterm-256color'] : []), `${marker}=${mark}`],
    Cmd: argv,
  };
  const execId = await createExec(engine, details.Id, body, signal);
  const start = { method: 'POST', body: { Detach: false, Tty: tty } } as const;
  const socket = await engine.upgrade(`/exec/${execId}/start`, start);
  // Errors are seen where the output is read.
  socket.on('error', () => undefined);
  const query = { h: String(rows), w: String(cols) };
  // A command may have ended already: then there is nothing to resize.
  const resized = tty ? engine.call(`/exec/${execId}/resize`, { method: 'POST', query, signal }) : undefined;
  await resized?.catch((error: unknown) => {
    if (command === undefined || !(error instanceof EngineError)) throw error;
  });
  const isRunning = async (within: AbortSignal) => (await look(within))?.State.Status === 'running';
  return toTerminal({ tty, engine, containerId: details.Id, execId, mark, socket, isRunning });
}
