import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@davit/api/rpc';
import type { AppError, ErrorKind } from '../../kernel/app-error.ts';

const codes: Record<ErrorKind, Code> = {
  invalid_argument: Code.InvalidArgument,
  unauthenticated: Code.Unauthenticated,
  permission_denied: Code.PermissionDenied,
  not_found: Code.NotFound,
  already_exists: Code.AlreadyExists,
  failed_precondition: Code.FailedPrecondition,
  resource_exhausted: Code.ResourceExhausted,
  aborted: Code.Aborted,
  canceled: Code.Canceled,
  deadline_exceeded: Code.DeadlineExceeded,
  unavailable: Code.Unavailable,
  unimplemented: Code.Unimplemented,
  internal: Code.Internal,
};

/** What the caller of an rpc sees of an error: the message, and code, hint and wrong fields as `davit.v1.ErrorDetail`; never its cause. */
export function toConnectError(error: AppError, requestId: string): ConnectError {
  const value = {
    code: error.code,
    hint: error.hint,
    requestId,
    fields: error.fields.map(({ pointer, detail }) => ({ pointer, detail })),
  };
  return new ConnectError(error.message, codes[error.kind], undefined, [{ desc: ErrorDetailSchema, value }]);
}
