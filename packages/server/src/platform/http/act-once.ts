import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../kernel/logger.ts';
import type { HttpContext } from './http-context.ts';
import { hashRequest } from './idempotency.ts';
import type { RouteFacts } from './route-definition.ts';

/** The URL without the second mount's prefix, so that a repetition through the other mount is the same request. */
function canonicalUrl(request: FastifyRequest): string {
  return request.url.replace(/^\/v1\/click-deploy\//, '/v1/');
}

/** Kept on the request before validation turns its body into something else. */
export function rememberRequest(facts: RouteFacts, request: FastifyRequest): void {
  if (request.headers['idempotency-key'] === undefined || facts.method === 'GET') return;
  request.requestHash = hashRequest(
    facts.method,
    canonicalUrl(request),
    facts.body === 'raw' ? undefined : request.body,
  );
}

/** The first request with an Idempotency-Key acts, a repetition is answered from what is stored. */
export async function actOnce(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  act: () => Promise<unknown>,
) {
  const key = request.headers['idempotency-key'];
  const { principal } = request;
  if (request.method === 'GET' || request.method === 'HEAD' || typeof key !== 'string') return act();
  if (context.idempotency === undefined || principal === null) return act();
  const begun = await context.idempotency.begin(principal, key, request.requestHash);
  if ('store' in begun) {
    request.idempotencyClaim = begun;
    return act();
  }
  reply.code(begun.status).header('idempotent-replayed', 'true');
  if (begun.contentType !== '') reply.type(begun.contentType);
  // A buffer is sent as it is; the serializer of the route is for fresh answers.
  return reply.send(begun.status === 204 ? undefined : begun.body);
}

/** Stores what claims are answered, below 500 and apart from 429: those may turn out differently. Register before compression. */
export function keepFirstAnswers(app: FastifyInstance, logger: Logger): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const claim = request.idempotencyClaim;
    if (claim === null) return payload;
    request.idempotencyClaim = null;
    const { statusCode } = reply;
    const isFinal = statusCode < 500 && statusCode !== 429;
    const isText = payload === undefined || payload === null || typeof payload === 'string' || Buffer.isBuffer(payload);
    try {
      // What sets a cookie is for this one answer: a repetition must neither miss it nor get somebody's.
      if (isFinal && isText && !reply.hasHeader('set-cookie')) {
        const contentType = String(reply.getHeader('content-type') ?? '');
        await claim.store({ status: statusCode, contentType, body: Buffer.from(payload ?? '') });
      } else {
        await claim.release();
      }
    } catch (error) {
      // What was asked is done; only a repetition will not know.
      logger.error({ requestId: request.id, err: error }, 'the answer for an Idempotency-Key was not stored');
    }
    return payload;
  });
}
