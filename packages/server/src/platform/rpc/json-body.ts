import type { JsonValue } from '@bufbuild/protobuf';
import { kernelErrors } from '../../kernel/app-error.ts';
import { httpErrors } from '../http/http-errors.ts';
import { toConnectError } from './rpc-errors.ts';

/** The path in a protobuf parser's message, such as `secret_access_key`; never its end, which repeats the value. */
function fieldIn(message: string): string | undefined {
  return /cannot decode field ([\w.]+) from JSON/.exec(message)?.[1]?.split('.').at(-1);
}

function unknownKeyIn(message: string): string | undefined {
  return /key "([\w.-]{1,100})" is unknown/.exec(message)?.[1];
}

function explain(error: unknown) {
  const message = error instanceof Error ? error.message : '';
  const unknown = unknownKeyIn(message);
  const field = fieldIn(message);
  if (unknown !== undefined)
    return kernelErrors.INVALID_INPUT({ fields: [{ pointer: `/${unknown}`, detail: 'unknown field' }] });
  const pointer = field === undefined ? '' : `/${field}`;
  return kernelErrors.INVALID_INPUT({ fields: [{ pointer, detail: 'is not of the type that the message wants' }] });
}

/**
 * A JSON body as it came, after `parse` had a look at it: what the parser of the protocol says of a wrong field repeats the value,
 * which may be a secret.
 */
export async function* readJsonBody(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
  parse: (json: JsonValue) => void,
  requestId: string,
): AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limitBytes)
      throw toConnectError(httpErrors.BODY_TOO_LARGE({ details: { limit: limitBytes } }), requestId);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks);
  let json: JsonValue;
  try {
    json = JSON.parse(text.toString('utf8')) as JsonValue;
  } catch {
    throw toConnectError(httpErrors.JSON_MALFORMED(), requestId);
  }
  try {
    parse(json);
  } catch (error) {
    throw toConnectError(explain(error), requestId);
  }
  yield text;
}
