import { type DescMethodUnary, fromBinary, type Message, toBinary, toJsonString } from '@bufbuild/protobuf';
import type { FastifyRequest } from 'fastify';
import { AppError, type AppErrorOptions, type ErrorKind } from '../../kernel/app-error.ts';
import { hashRequest } from '../http/idempotency.ts';
import { statusOf } from '../http/problem.ts';

const messageType = 'application/proto';
const errorType = 'application/json';

interface StoredError extends Pick<AppErrorOptions, 'message' | 'hint' | 'fields' | 'details'> {
  code: string;
  kind: ErrorKind;
}

function packError({ code, kind, message, hint, fields, details }: AppError): Buffer {
  const stored: StoredError = { code, kind, message, hint, fields, details };
  return Buffer.from(JSON.stringify(stored));
}

function unpackError(body: Buffer): AppError {
  const { code, kind, message = '', hint = '', fields, details } = JSON.parse(body.toString('utf8')) as StoredError;
  return new AppError(code, { kind, message, hint }, { fields, details });
}

/**
 * Acts for the first call with an Idempotency-Key; a repetition gets what the first one got, whichever protocol either of them
 * came by. A key that was used for another call, by rpc or by REST, is refused.
 */
export async function callOnce(
  request: FastifyRequest,
  method: DescMethodUnary,
  input: Message,
  act: () => Promise<Message>,
): Promise<Message> {
  const key = request.headers['idempotency-key'];
  const { principal } = request;
  const { idempotency, logger } = request.server.httpContext;
  if (typeof key !== 'string' || idempotency === undefined || principal === null) return await act();
  const path = `/${method.parent.typeName}/${method.name}`;
  const begun = await idempotency.begin(principal, key, hashRequest('POST', path, toJsonString(method.input, input)));
  if (!('store' in begun)) {
    if (begun.contentType === messageType) return fromBinary(method.output, begun.body);
    throw unpackError(begun.body);
  }
  const keep = async (work: () => Promise<void>): Promise<void> => {
    // What was asked is done; only a repetition will not know.
    await work().catch((error: unknown) => {
      logger.error({ requestId: request.id, err: error }, 'the answer for an Idempotency-Key was not stored');
    });
  };
  try {
    const output = await act();
    const body = Buffer.from(toBinary(method.output, output));
    await keep(() => begun.store({ status: 200, contentType: messageType, body }));
    return output;
  } catch (thrown) {
    const error = AppError.from(thrown);
    const status = statusOf(error);
    const isFinal = status < 500 && status !== 429;
    await keep(() =>
      isFinal ? begun.store({ status, contentType: errorType, body: packError(error) }) : begun.release(),
    );
    throw thrown;
  }
}
