import type { FastifyRequest } from 'fastify';
import type { HttpContext } from '../http/http-context.ts';
import { httpErrors } from '../http/http-errors.ts';
import { authorize, isPublic } from '../http/request-checks.ts';
import type { Policy } from '../http/route-definition.ts';

/**
 * Looks at the caller of an open stream again and again, and ends it within a heart-beat of the session, or the role, that let it
 * in having gone; likewise when the server stops. The signal's reason is what the caller is told.
 */
export function watchStanding(context: HttpContext, policy: Policy, request: FastifyRequest, signal: AbortSignal) {
  const ended = new AbortController();
  const forget = context.streams.add(() => ended.abort(httpErrors.SERVER_STOPPING()));

  async function look(): Promise<void> {
    const before = request.principal;
    if (isPublic(policy) || before === null) return;
    const now = await context.findStanding(before, request);
    if (now === null || now.organizationId !== before.organizationId) throw httpErrors.UNAUTHENTICATED();
    authorize(policy, { principal: now });
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => ended.abort(error));
  }, context.heartBeatMs);
  timer.unref();
  return {
    signal: AbortSignal.any([signal, ended.signal]),
    /** @throws why the stream was ended from here */
    throwIfEnded: () => ended.signal.throwIfAborted(),
    stop() {
      clearInterval(timer);
      forget();
    },
  };
}
