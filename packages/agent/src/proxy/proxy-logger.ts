/** The part of a structured logger (pino's) that the proxy writes to. */
export interface ProxyLogger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}
