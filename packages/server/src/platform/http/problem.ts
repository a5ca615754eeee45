import { z } from 'zod';
import type { AppError, ErrorKind } from '../../kernel/app-error.ts';

/** RFC 9457, with davit's members. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'A URI reference that names the kind of problem.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What went wrong this time, in a sentence.' }),
    code: z.string().meta({ description: 'From the closed list of errors, such as SERVICE_NOT_FOUND.' }),
    hint: z.string().meta({ description: 'What to do about it.' }),
    requestId: z.string().meta({ description: 'Find the request in the server log by this.' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({
            description: 'JSON pointer (RFC 6901) into the body, or beginning with /query/ or /params/.',
          }),
          detail: z.string(),
        }),
      )
      .meta({ description: 'One entry for each wrong field.' }),
    details: z.record(z.string(), z.unknown()).optional().meta({ description: 'Machine-readable facts.' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

export const problemContentType = 'application/problem+json';

const statusByKind: Record<ErrorKind, number> = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  failed_precondition: 409,
  resource_exhausted: 429,
  aborted: 409,
  canceled: 499,
  deadline_exceeded: 504,
  unavailable: 503,
  unimplemented: 501,
  internal: 500,
};

// HTTP has statuses which the kinds, being those of Connect, have not.
const statusByCode: Readonly<Record<string, number>> = {
  METHOD_NOT_ALLOWED: 405,
  MEDIA_TYPE_UNSUPPORTED: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  429: 'Too many requests',
  499: 'Canceled',
  500: 'Internal error',
  501: 'Not implemented',
  503: 'Unavailable',
  504: 'Timed out',
};

/** The HTTP status for an error. Every code that ends in `_TOO_LARGE` is a 413. */
export function statusOf(error: Pick<AppError, 'code' | 'kind'>): number {
  if (error.code.endsWith('_TOO_LARGE')) return 413;
  return statusByCode[error.code] ?? statusByKind[error.kind];
}

/** What the caller sees of an error: never its cause, never a stack. */
export function toProblem(error: AppError, requestId: string): Problem {
  const status = statusOf(error);
  return {
    type: `urn:davit:error:${error.code}`,
    title: titles[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    hint: error.hint,
    requestId,
    errors: error.fields.map(({ pointer, detail }) => ({ pointer, detail })),
    ...(Object.keys(error.details).length > 0 ? { details: { ...error.details } } : {}),
  };
}
