import type { RunChange } from './run.ts';

/** Channels of NOTIFY. Payloads stay far below PostgreSQL's limit of 8,000 bytes. */
export const RUN_CHANNEL = 'davit_runs';
export const OUTPUT_CHANNEL = 'davit_run_output';

/** What servers tell each other about runs. */
export type RunMessage =
  /** A run was made, took a step or ended. `dueInMs` when a queued run must not start yet. */
  | (RunChange & { type: 'changed'; dueInMs?: number })
  /** Whoever works on it must stop. */
  | { type: 'cancel'; runId: string }
  /** A server that stops left this run for another. */
  | { type: 'handover'; runId: string };

/** The SQL expression that tells all servers of a change of the run in row `alias`. */
export function notifyChanged(alias: string): string {
  return `pg_notify('${RUN_CHANNEL}', json_build_object('type', 'changed', 'runId', ${alias}.id,
    'organizationId', ${alias}.organization_id, 'kind', ${alias}.kind, 'subject', ${alias}.subject,
    'state', ${alias}.state, 'step', ${alias}.current_step)::text)`;
}

/** Reads a payload of {@link RUN_CHANNEL}; undefined for what another version of davit may have sent. */
export function parseRunMessage(payload: string): RunMessage | undefined {
  try {
    const message: unknown = JSON.parse(payload);
    const known =
      typeof message === 'object' && message !== null && 'type' in message && 'runId' in message
        ? (message as RunMessage)
        : undefined;
    return known && ['changed', 'cancel', 'handover'].includes(known.type) ? known : undefined;
  } catch {
    return undefined;
  }
}

/** Payload of {@link OUTPUT_CHANNEL}. */
export function outputPayload(runId: string, lastSeq: number): string {
  return `${runId}:${lastSeq}`;
}

/** The run named in a payload of {@link OUTPUT_CHANNEL}. */
export function parseOutputPayload(payload: string): string {
  return payload.slice(0, payload.lastIndexOf(':'));
}
