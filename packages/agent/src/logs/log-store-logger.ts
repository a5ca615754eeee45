/** What the log store asks of a logger. */
export interface LogStoreLogger {
  warn(fields: object, message?: string): void;
}
