import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type AppErrorOptions, kernelErrors } from '../../kernel/app-error.ts';
import type { AddressLimiter } from './address-limiter.ts';
import type { HttpContext } from './http-context.ts';
import { httpErrors } from './http-errors.ts';
import { defaultScope, hasRole, hasScope, type Principal } from './principal.ts';
import { bucketOfAddress, bucketOfPrincipal, findNetworkBucket } from './rate-buckets.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { Policy, RouteFacts } from './route-definition.ts';
import { refuseUnstorable } from './validation.ts';

/** Whether anybody may call. */
export function isPublic(policy: Policy): policy is Extract<Policy, { public: true }> {
  return 'public' in policy;
}

/**
 * Takes one try of a bucket. `words` are for a limit that says more than that somebody came too often.
 *
 * @throws AppError RATE_LIMITED, with the header Retry-After
 */
export async function takeTry(
  limiter: RateLimiter,
  bucket: string,
  reply: FastifyReply,
  words: Pick<AppErrorOptions, 'message' | 'hint'> = {},
): Promise<void> {
  const seconds = await limiter.take(bucket);
  if (seconds === 0) return;
  reply.header('retry-after', String(seconds));
  const { requests, windowMs } = limiter.limit;
  const error = httpErrors.RATE_LIMITED({
    ...words,
    details: { limit: requests, windowSeconds: windowMs / 1000, retryAfterSeconds: seconds },
  });
  // Once a window: an attacker must not be able to fill the record of what was refused.
  if (await limiter.isFirstRefusal(bucket)) await reply.server.httpContext.tellLimited(reply.request, error);
  throw error;
}

/** As takeTry(), of an address and of its network. */
export async function takeTryOf(limiter: AddressLimiter, address: string, reply: FastifyReply): Promise<void> {
  await takeTry(limiter, bucketOfAddress(address), reply);
  const network = findNetworkBucket(address);
  if (network !== undefined) await takeTry(limiter.networks, network, reply);
}

/** A page of somebody else may send as much as it likes: what it is refused, and that is recorded, takes a try of the address. */
async function authenticate(
  { requestLimiter, ...context }: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Principal | null> {
  try {
    return await context.authenticate(request);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CSRF_REFUSED') throw error;
    const { principal } = request;
    request.principal = null;
    await takeTryOf(requestLimiter, request.ip, reply);
    request.principal = principal;
    throw error;
  }
}

/** limit → authenticate. Before the body is read. */
export async function admit(
  context: HttpContext,
  { policy }: RouteFacts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { requestLimiter, signInLimiter, openLimiter } = context;
  if (isPublic(policy)) {
    if (policy.tries === 'free') return;
    if (policy.tries === 'open') return await takeTryOf(openLimiter, request.ip, reply);
    await takeTryOf(requestLimiter, request.ip, reply);
    if (policy.tries !== 'sign-in') return;
    await takeTryOf(signInLimiter, request.ip, reply);
    request.tookTry = true;
    return;
  }
  request.principal = await authenticate(context, request, reply);
  const { principal } = request;
  if (principal !== null) return await takeTry(requestLimiter, bucketOfPrincipal(principal), reply);
  await takeTryOf(requestLimiter, request.ip, reply);
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

/** The rest of authorize, for what concerns the whole installation. Throws PERMISSION_DENIED. */
export async function requireOperator(
  context: HttpContext,
  policy: Policy,
  { principal }: Pick<FastifyRequest, 'principal'>,
): Promise<void> {
  if (isPublic(policy) || policy.operator === undefined) return;
  if (principal !== null && (await context.isOperator(principal.userId))) return;
  throw httpErrors.PERMISSION_DENIED({
    message: 'Only an operator of this installation may do this: whoever claimed it.',
    details: { needed: 'operator' },
  });
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
