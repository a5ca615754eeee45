import type { JsonValue, RunOutcomeState } from './run-kind.ts';

/** All states of a run. `waiting` is for an approval. */
export type RunState = 'queued' | 'running' | 'waiting' | RunOutcomeState;

const terminalStates: ReadonlySet<RunState> = new Set(['succeeded', 'failed', 'canceled', 'superseded']);

/** Whether a run in this state changes no more. */
export function isTerminal(state: RunState): state is RunOutcomeState {
  return terminalStates.has(state);
}

/** A run as people see it. */
export interface Run {
  id: string;
  organizationId: string | null;
  kind: string;
  subject: string;
  state: RunState;
  /** One sentence a person can act on; set once the run has ended. */
  reason: string | null;
  errorCode: string | null;
  /** What to do about a failure. */
  hint: string | null;
  currentStep: string | null;
  /** How often a worker picked it up; more than 1 after a crash. */
  attempt: number;
  timeoutMs: number;
  askedBy: string | null;
  cancelRequestedAt: Date | null;
  cancelRequestedBy: string | null;
  supersededBy: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** When old output was removed; its lines are gone, the run stays. */
  outputRemovedAt: Date | null;
}

/** `pending`: its turn has not come; `skipped`: the run ended before its turn. */
export type RunStepState = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'canceled';

/** A step of a run, with its times. */
export interface RunStepRecord {
  name: string;
  state: RunStepState;
  /** 1 for the first try; 0 while pending or skipped. */
  attempt: number;
  /** Why it failed. */
  detail: string | null;
  result: JsonValue;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export type OutputStream = 'stdout' | 'stderr' | 'system' | 'event';

/** One stored line of a run's output. */
export interface OutputLine {
  /** From 1, without a gap. */
  seq: number;
  /** RFC 3339, UTC. */
  at: string;
  step: string;
  stream: OutputStream;
  content: string;
}

/** Lines that follow each other without a gap; the same object for all who read along. */
export interface OutputBatch {
  firstSeq: number;
  lastSeq: number;
  lines: readonly OutputLine[];
}

/** What someone who follows a run is told. `end` is the last, once all output was given. */
export type RunUpdate =
  | { type: 'output'; batch: OutputBatch }
  | { type: 'state'; run: Run }
  | { type: 'end'; run: Run };

/** A change of a run, as every server hears of it. */
export interface RunChange {
  runId: string;
  organizationId: string | null;
  kind: string;
  subject: string;
  state: RunState;
  step: string | null;
}
