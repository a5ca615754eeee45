import type { components } from './openapi.gen.d.ts';

/** RFC 9457 with davit's members: what the server answers instead of what was asked. */
export type Problem = components['schemas']['Problem'];

/** The server's refusal. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  /** From the closed list of errors, such as `SERVICE_NOT_FOUND`. */
  get code(): string {
    return this.problem.code;
  }

  /** What to do about it. */
  get hint(): string {
    return this.problem.hint;
  }

  /** The request can be found in the server's log by this; empty where something else than davit answered. */
  get requestId(): string {
    return this.problem.requestId;
  }
}

/** Nobody answers at the server's address, or the answer broke off. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly baseUrl: string;
  /** The system's code, such as ECONNREFUSED; undefined where there is none. */
  readonly code: string | undefined;

  constructor(baseUrl: string, cause: unknown) {
    const code = codeOf(cause);
    super(`${baseUrl} cannot be reached${code === undefined ? '' : ` (${code})`}.`, { cause });
    this.baseUrl = baseUrl;
    this.code = code;
  }
}

/** fetch hides what happened in a chain of causes. */
function codeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if ('code' in error && typeof error.code === 'string') return error.code;
  }
  return undefined;
}

/** An answer with an error status as an ApiError, also when something between us and davit gave it. */
export async function toApiError(response: Response, body?: unknown): Promise<ApiError> {
  const found = body ?? (await response.json().catch(() => undefined));
  if (isProblem(found)) return new ApiError(found);
  return new ApiError({
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `The answer was HTTP ${response.status}, and not one of davit's.`,
    code: 'NOT_DAVIT',
    hint: 'Check the address: something else answers there, or a proxy in between is not well.',
    requestId: response.headers.get('x-request-id') ?? '',
    errors: [],
  });
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const { detail, code, status, errors } = value as Partial<Problem>;
  return typeof detail === 'string' && typeof code === 'string' && typeof status === 'number' && Array.isArray(errors);
}
