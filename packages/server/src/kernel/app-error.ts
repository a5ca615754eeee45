/** Kinds mirror Connect's codes, so that one table maps them to HTTP and to RPC. */
export type ErrorKind =
  | 'invalid_argument'
  | 'unauthenticated'
  | 'permission_denied'
  | 'not_found'
  | 'already_exists'
  | 'failed_precondition'
  | 'resource_exhausted'
  | 'aborted'
  | 'canceled'
  | 'deadline_exceeded'
  | 'unavailable'
  | 'unimplemented'
  | 'internal';

/** One entry of the closed list of errors. `message` is the default detail; `hint` says what to do. */
export interface ErrorDefinition {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string;
}

/** One wrong field; `pointer` is an RFC 6901 JSON pointer into the body (or `/query/…`, `/params/…`). */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface AppErrorOptions {
  /** Replaces the default message. Must be safe to show to the caller. */
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  readonly fields?: readonly FieldError[] | undefined;
  /** Machine-readable facts that are safe to show. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Kept for the log, never shown. */
  readonly cause?: unknown;
  /** The operation may succeed when it is tried again unchanged. */
  readonly transient?: boolean | undefined;
  /** What the operation needs was away before it began, as one that is being restarted is: it is worth waiting for. */
  readonly away?: boolean | undefined;
}

/** The one error that crosses a boundary of davit. Made through a catalogue, see {@link defineErrors}. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly fields: readonly FieldError[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly transient: boolean;
  readonly away: boolean;

  constructor(code: string, definition: ErrorDefinition, options: AppErrorOptions = {}) {
    super(options.message ?? definition.message, { cause: options.cause });
    this.code = code;
    this.kind = definition.kind;
    this.hint = options.hint ?? definition.hint;
    this.fields = options.fields ?? [];
    this.details = options.details ?? {};
    this.transient = options.transient ?? definition.kind === 'unavailable';
    this.away = options.away ?? false;
  }

  /** What was thrown, as an AppError: unknown things become `INTERNAL` with the cause kept for the log. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    return new AppError('INTERNAL', kernelErrorDefinitions.INTERNAL, { cause: thrown });
  }
}

export type ErrorFactory<Code extends string> = { readonly [C in Code]: (options?: AppErrorOptions) => AppError };

const known = new Map<string, ErrorDefinition>();

/** What to do about an error, by its code: of every catalogue that is loaded, which in a server are all. */
export function hintOf(code: string): string | undefined {
  return known.get(code)?.hint;
}

/** A catalogue of errors: codes are its keys. The result makes errors, and lists its definitions for the test of all. */
export function defineErrors<const D extends Record<string, ErrorDefinition>>(
  definitions: D,
): ErrorFactory<Extract<keyof D, string>> & { readonly definitions: D } {
  for (const [code, definition] of Object.entries(definitions)) known.set(code, definition);
  const factories = Object.fromEntries(
    Object.entries(definitions).map(([code, definition]) => [
      code,
      (options?: AppErrorOptions) => new AppError(code, definition, options),
    ]),
  );
  return Object.assign(factories as ErrorFactory<Extract<keyof D, string>>, { definitions });
}

const kernelErrorDefinitions = {
  INTERNAL: {
    kind: 'internal',
    message: 'Something went wrong inside davit.',
    hint: 'Try again. If it stays, look for the id of the request, or of the run, in the server log.',
  },
  INVALID_INPUT: {
    kind: 'invalid_argument',
    message: 'The request has fields that are missing, unknown or wrong.',
    hint: 'Correct the fields listed in `errors`.',
  },
} as const satisfies Record<string, ErrorDefinition>;

/** Errors that belong to no feature. */
export const kernelErrors = defineErrors(kernelErrorDefinitions);
