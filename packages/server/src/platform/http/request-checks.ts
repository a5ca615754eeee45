import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { kernelErrors } from '../../kernel/app-error.ts';
import type { HttpContext } from './http-context.ts';
import { httpErrors } from './http-errors.ts';
import { defaultScope, hasRole, hasScope } from './principal.ts';
import type { Policy, RouteFacts } from './route-definition.ts';
import { refuseUnstorable } from './validation.ts';

/** Whether anybody may call. */
export function isPublic(policy: Policy): policy is { public: true } {
  return 'public' in policy;
}

function retryAfter(reply: FastifyReply, seconds: number): Error {
  reply.header('retry-after', String(seconds));
  return httpErrors.RATE_LIMITED();
}

/** limit → authenticate. Before the body is read. */
export async function admit(context: HttpContext, facts: RouteFacts, request: FastifyRequest, reply: FastifyReply) {
  if (isPublic(facts.policy)) {
    if (facts.method === 'GET') return;
    const seconds = context.rateLimiter.take(request.ip);
    if (seconds > 0) throw retryAfter(reply, seconds);
    request.tookTry = true;
    return;
  }
  request.principal = await context.authenticate(request);
  if (request.principal !== null) return;
  const seconds = context.rateLimiter.take(request.ip);
  if (seconds > 0) throw retryAfter(reply, seconds);
  throw httpErrors.UNAUTHENTICATED();
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
}

/** The part of validate that no schema says. */
export function checkBody(facts: RouteFacts, request: FastifyRequest): void {
  if (request.headers['content-encoding'] !== undefined) throw httpErrors.MEDIA_TYPE_UNSUPPORTED();
  const isRaw = request.body instanceof Readable;
  if (facts.body === 'raw') {
    const type = request.mediaType ?? '';
    if (!isRaw || !facts.contentTypes.includes(type)) {
      throw httpErrors.MEDIA_TYPE_UNSUPPORTED({ details: { accepted: facts.contentTypes } });
    }
  } else if (isRaw) {
    throw httpErrors.MEDIA_TYPE_UNSUPPORTED();
  }
  refuseUnstorable(request, isRaw);
  if (facts.body === 'none' && !isEmpty(request.body)) {
    throw kernelErrors.INVALID_INPUT({ fields: [{ pointer: '', detail: 'this route takes no body' }] });
  }
}

/** Whether the caller's role, and the scope of an API token, are enough. Throws PERMISSION_DENIED. */
export function authorize(policy: Policy, { principal }: Pick<FastifyRequest, 'principal'>): void {
  if (isPublic(policy)) return;
  if (principal === null) throw httpErrors.UNAUTHENTICATED();
  if (!hasRole(principal.role, policy.role)) {
    throw httpErrors.PERMISSION_DENIED({ details: { role: principal.role, needed: policy.role } });
  }
  const needed = policy.scope ?? defaultScope(policy.role);
  if (principal.kind === 'api_token' && !hasScope(principal.scope ?? 'read', needed)) {
    throw httpErrors.PERMISSION_DENIED({ details: { scope: principal.scope ?? 'read', needed } });
  }
}
