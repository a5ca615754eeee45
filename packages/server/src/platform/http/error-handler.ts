import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import { httpErrors } from './http-errors.ts';
import { problemContentType, toProblem } from './problem.ts';

const frameworkErrors: Readonly<Record<string, () => AppError>> = {
  FST_ERR_BAD_URL: httpErrors.URL_INVALID,
  FST_ERR_MAX_PARAM_LENGTH: httpErrors.URL_INVALID,
  FST_ERR_CTP_INVALID_JSON_BODY: httpErrors.JSON_MALFORMED,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: httpErrors.MEDIA_TYPE_UNSUPPORTED,
  FST_ERR_CTP_INVALID_TYPE: httpErrors.MEDIA_TYPE_UNSUPPORTED,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: httpErrors.REQUEST_MALFORMED,
};

// Class 08 is "connection", 57P is "the server goes down or comes up", 53300 "too many connections", 25006 "it takes no writes" (a standby):
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const databaseDown = /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE|08\w{3}|57P0[1-3]|53300|25006)$/;

function isDatabaseDown(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  if (databaseDown.test(code)) return 'severity' in thrown || 'syscall' in thrown;
  // PostgreSQL takes its socket away when it is shut down. A file that is missing is another matter.
  if (code === 'ENOENT') return 'syscall' in thrown && thrown.syscall === 'connect';
  // The pool and the driver have no code for these.
  return /^(?:Connection terminated|timeout exceeded when trying to connect|Client .* is not queryable)/.test(
    thrown.message,
  );
}

/** Whatever was thrown while this request was served, as one of davit's errors. */
export function toAppError(thrown: unknown, request: FastifyRequest): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return httpErrors.BODY_TOO_LARGE({ details: { limit: request.routeOptions.bodyLimit } });
  }
  const known = frameworkErrors[code];
  if (known !== undefined) return known();
  if (isDatabaseDown(thrown)) return httpErrors.DATABASE_UNAVAILABLE({ cause: thrown });
  return AppError.from(thrown);
}

/** Sends the problem, and logs what only an operator may know. Also for requests that met no route. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown, logger: Logger): void {
  const error = toAppError(thrown, request);
  const problem = toProblem(error, request.id);
  if (problem.status >= 500) {
    logger.error({ requestId: request.id, code: error.code, err: error.cause ?? error }, 'request failed');
  }
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  reply
    .code(problem.status)
    .header('x-request-id', request.id)
    .header('cache-control', 'no-store')
    .type(problemContentType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}
