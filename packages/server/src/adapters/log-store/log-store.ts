/** One line that an instance wrote, or that davit says about it (`system`). */
export interface InstanceLogLine {
  /** A number of 16 digits, stable, higher by one for each line of a service. */
  cursor: string;
  at: string;
  instance: string;
  labels: Readonly<Record<string, string>>;
  stream: 'stdout' | 'stderr' | 'system';
  content: string;
  /** The next line of this instance and stream goes on where this one stops. */
  partial?: boolean | undefined;
}

export interface InstanceLogQuery {
  after?: string | undefined;
  before?: string | undefined;
  limit?: number | undefined;
  search?: string | undefined;
  instance?: string | undefined;
  /** `name=value`, several with commas between them. */
  label?: string | undefined;
  stream?: InstanceLogLine['stream'] | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export interface InstanceLogPage {
  lines: InstanceLogLine[];
  previousCursor: string | null;
  nextCursor: string | null;
}

/** The cursor before the first line of every log. */
export const LOG_START = '0000000000000000';

/** Whether a text has the form of a cursor: what has not was never given out by a log. */
export function isLogCursor(text: string): boolean {
  return /^\d{16}$/.test(text) && Number.isSafeInteger(Number(text));
}

/** Logs of instances by service: they never end, so they are kept in bounded files, not in the database. */
export interface LogStore {
  read(serviceId: string, query: InstanceLogQuery, signal: AbortSignal): Promise<InstanceLogPage>;
  follow(
    serviceId: string,
    query: Pick<InstanceLogQuery, 'after' | 'search' | 'instance' | 'label' | 'stream'>,
    signal: AbortSignal,
  ): AsyncIterable<InstanceLogLine[]>;
  append(
    serviceId: string,
    line: { instance: string; labels: Readonly<Record<string, string>>; content: string },
    signal: AbortSignal,
  ): Promise<void>;
  setRetention(
    serviceId: string,
    retention: { maxBytes: number; maxAgeMs: number },
    signal: AbortSignal,
  ): Promise<void>;
  remove(serviceId: string, signal: AbortSignal): Promise<void>;
}
