import { isMarkedEnding } from '@davit/agent/engine';
import { withMemoryAdvice } from '../memory-advice.ts';
import type { RuntimeInstance, RuntimeInstanceState } from '../runtime.ts';
import type { ContainerDetails } from './engine-answers.ts';
import { fromContainerLabels } from './instance-labels.ts';

/** For people. */
export const mebibytes = (bytes: number) => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`;

/** What is known of how a container ended. */
export interface ContainerEnd {
  code: number;
  outOfMemory: boolean;
  memoryBytes: number;
  /** What the engine said when it could not start it. */
  error: string;
}

/** One sentence on how a container ended. */
export function describeEnd({ code, outOfMemory, memoryBytes, error }: ContainerEnd): string {
  if (outOfMemory) {
    const limit = memoryBytes === 0 ? 'the memory of this machine' : `its memory limit of ${mebibytes(memoryBytes)}`;
    return withMemoryAdvice(`It was ended because it used more than ${limit}.`);
  }
  if (error !== '') return `The Docker engine could not start it: ${error}.`;
  if (code === 127) return 'It ended with exit code 127: the program, or one that it calls, was not found.';
  if (code === 126) return 'It ended with exit code 126: the program may not be executed.';
  if (code === 137) return 'It was ended by SIGKILL.';
  if (code === 143) return 'It was ended by SIGTERM.';
  return `It ended with exit code ${code}.`;
}

/** How a container last ended, by what the engine still knows; undefined while it runs for the first time. */
export function endOf({
  State: state,
  HostConfig: { Memory: memoryBytes },
}: ContainerDetails): ContainerEnd | undefined {
  if (state.Status === 'running' || state.Status === 'created' || state.Status === 'paused') return undefined;
  return { code: state.ExitCode, outOfMemory: state.OOMKilled, memoryBytes, error: state.Error };
}

/** Whether davit has taken its restarts away after so many failures in a row. */
export function isGivenUp({ HostConfig: host, Config: config }: ContainerDetails): boolean {
  const { policy, maxRestarts } = fromContainerLabels(config.Labels ?? {}).restart;
  return host.RestartPolicy.Name === 'no' && policy !== 'never' && maxRestarts > 0;
}

/** Whether davit has ended it to take it away, and did not come to that. */
export function isLeftEnded({ State: { Status: status }, HostConfig: host }: ContainerDetails): boolean {
  return status === 'exited' && isMarkedEnding(host.RestartPolicy);
}

/** Whether it stands in the place of one that is not started any more. */
export function isLastWord({ State: { Status: status }, Config: config }: ContainerDetails): boolean {
  return status === 'created' && fromContainerLabels(config.Labels ?? {}).formerEnd.isGivenUp;
}

function lastExitOf(details: ContainerDetails, lastEnd: ContainerEnd | undefined): string | null {
  // Giving up ends it in the middle of one more try: what matters is how the tries before ended.
  if (isGivenUp(details)) {
    return lastEnd === undefined ? 'It ended again and again, soon after each start.' : describeEnd(lastEnd);
  }
  const end = endOf(details) ?? lastEnd;
  if (end !== undefined && details.State.Status !== 'created') return describeEnd(end);
  return fromContainerLabels(details.Config.Labels ?? {}).formerEnd.detail;
}

function stateOf(details: ContainerDetails, isInterrupted: boolean): RuntimeInstanceState {
  const { Status: status, ExitCode: code } = details.State;
  if (status === 'running' || status === 'paused') return 'running';
  if (status === 'restarting') return 'backing-off';
  if (status === 'removing' || status === 'dead') return 'stopping';
  // Made, but whoever made it did not come to start it, unless it only says how the one before it ended.
  if (status === 'created') return isLastWord(details) ? 'failed' : 'incomplete';
  if (isLeftEnded(details)) return 'incomplete';
  if (isInterrupted) return 'interrupted';
  const { policy } = fromContainerLabels(details.Config.Labels ?? {}).restart;
  return code === 0 && policy !== 'always' ? 'stopped' : 'failed';
}

/** The engine's view of a container, in the runtime's words. */
export function toRuntimeInstance(
  details: ContainerDetails,
  isInterrupted: boolean,
  lastEnd: ContainerEnd | undefined,
): RuntimeInstance {
  const { id, labels, address, formerEnd } = fromContainerLabels(details.Config.Labels ?? {});
  const started = Date.parse(details.State.StartedAt) > 0;
  return {
    id,
    labels,
    state: stateOf(details, isInterrupted),
    address,
    startedAt: started ? new Date(details.State.StartedAt).toISOString() : null,
    // The engine counts a restart before it makes it, and davit has kept it from the last.
    restarts: formerEnd.restarts + details.RestartCount - (isGivenUp(details) ? 1 : 0),
    lastExit: lastExitOf(details, lastEnd),
  };
}
