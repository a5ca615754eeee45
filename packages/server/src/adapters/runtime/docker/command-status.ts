import { constants } from 'node:os';
import type { ContainerCommand, ExecutorStatus } from '../../executor/executor.ts';
import { describeEnd } from './container-state.ts';
import type { ContainerDetails } from './engine-answers.ts';
import { label } from './instance-labels.ts';

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

const labelsOf = (details: ContainerDetails) => details.Config.Labels ?? {};

/** What the container of a command is labelled with. */
export function toCommandLabels(
  installation: string,
  id: string,
  command: ContainerCommand,
  address: string,
): Record<string, string> {
  return {
    [label.installation]: installation,
    [label.command]: id,
    [label.service]: command.serviceId,
    [label.environment]: command.environmentId,
    [label.run]: command.runId,
    [label.address]: address,
    [label.timeoutMs]: command.timeoutMs === undefined ? '' : String(command.timeoutMs),
  };
}

/** Whether the command goes on. */
export function isUnderWay({ State: { Status: status } }: ContainerDetails): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}

function timeoutOf(details: ContainerDetails): number {
  const text = labelsOf(details)[label.timeoutMs] ?? '';
  return text === '' ? Number.POSITIVE_INFINITY : Number(text);
}

/** What is left of its time, in milliseconds. */
export function timeLeft(details: ContainerDetails): number {
  return Date.parse(details.State.StartedAt) + timeoutOf(details) - Date.now();
}

function exitOf(details: ContainerDetails, cutFor: string | undefined): NonNullable<ExecutorStatus['exit']> {
  const { State: state, HostConfig: host } = details;
  const none = { code: null, signal: null };
  const limit = timeoutOf(details);
  if (cutFor !== undefined) return { reason: 'stopped', ...none, detail: cutFor };
  if (state.Status !== 'exited' && state.Status !== 'dead') {
    return { reason: 'lost', ...none, detail: 'Its container was taken away while it ran.' };
  }
  // Whoever ended it may be another server, or one that is gone: the times tell.
  if (state.ExitCode !== 0 && Date.parse(state.FinishedAt) - Date.parse(state.StartedAt) >= limit) {
    const detail = `It was ended because it ran longer than its limit of ${limit / 1000} s.`;
    return { reason: 'timeout', ...none, detail };
  }
  const outOfMemory = state.OOMKilled && state.ExitCode !== 0;
  const end = { code: state.ExitCode, outOfMemory, memoryBytes: host.Memory, error: state.Error };
  const detail = describeEnd(end);
  if (outOfMemory) return { reason: 'out-of-memory', ...none, detail };
  if (state.Error !== '') return { reason: 'start-failed', ...none, detail };
  const signal = state.ExitCode > 128 ? signalNames.get(state.ExitCode - 128) : undefined;
  if (signal !== undefined) return { reason: 'signaled', code: null, signal, detail: `It was ended by ${signal}.` };
  return { reason: 'exited', code: state.ExitCode, signal: null, detail };
}

/** The engine's view of a command's container, in the executor's words. `cutFor`: why davit ended it. */
export function toExecutorStatus(details: ContainerDetails, cutFor: string | undefined): ExecutorStatus {
  const running = isUnderWay(details);
  const labels = labelsOf(details);
  return {
    id: labels[label.command] ?? '',
    running,
    runId: labels[label.run],
    exit: running ? null : exitOf(details, cutFor),
  };
}

/** Of a command whose container is not there. */
export function lostCommand(id: string): ExecutorStatus {
  const detail = 'Its container was taken away while it ran.';
  return { id, running: false, exit: { reason: 'lost', code: null, signal: null, detail } };
}
