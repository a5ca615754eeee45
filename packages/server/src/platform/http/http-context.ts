import type { FastifyRequest } from 'fastify';
import type { AppError } from '../../kernel/app-error.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { AddressLimiter } from './address-limiter.ts';
import type { Idempotency, IdempotencyClaim } from './idempotency.ts';
import type { OwnAddress } from './own-origin.ts';
import type { Principal } from './principal.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { RouteFacts } from './route-definition.ts';
import type { OpenStreams } from './sse-writer.ts';

/** How a write by rpc ended. */
export interface RpcOutcome {
  request: FastifyRequest;
  operationId: string;
  message: object;
  /** Undefined where it was done. */
  error: AppError | undefined;
}

/** What route() needs from the server it registers on. */
export interface HttpContext {
  authenticate(request: FastifyRequest): Promise<Principal | null>;
  /** Who somebody that was let in is by now; null when the session or token is no longer good. */
  findStanding(principal: Principal, request: FastifyRequest): Promise<Principal | null>;
  /** Whether this user operates the installation. */
  isOperator(userId: string): Promise<boolean>;
  /** Of all requests, by user, or by address where nobody is signed in. */
  requestLimiter: AddressLimiter;
  /** Of what is asked for every few seconds, and answered with what is made once for all, by address. */
  openLimiter: AddressLimiter;
  /** Of tries to sign in and the like, by address. */
  signInLimiter: AddressLimiter;
  /** Of wrong passwords, by whom they were tried for, from wherever they came. */
  passwordLimiter: RateLimiter;
  idempotency: Idempotency | undefined;
  streams: OpenStreams;
  ownAddress: OwnAddress;
  /** Tells whoever keeps a record of a write by rpc. */
  tellCalled(outcome: RpcOutcome): Promise<void>;
  /** Tells whoever keeps the refusals, where the error is one. */
  tellRefusal(request: FastifyRequest, error: AppError): Promise<void>;
  /** Tells the same that somebody came too often. */
  tellLimited(request: FastifyRequest, error: AppError): Promise<void>;
  /** Between two signs of life of a stream. */
  heartBeatMs: number;
  /** Between two looks at the caller of an open WebSocket. */
  socketCheckMs: number;
  logger: Logger;
}

declare module 'fastify' {
  interface FastifyInstance {
    httpContext: HttpContext;
  }
  interface FastifyRequest {
    /** Null before authentication and on public routes. */
    principal: Principal | null;
    /** Set while this request is the first with its Idempotency-Key. */
    idempotencyClaim: IdempotencyClaim | null;
    /** What a repetition with the same Idempotency-Key must equal; empty without a key. */
    requestHash: string;
    /** Whether this request took a try of the sign-ins that may be given back. */
    tookTry: boolean;
    /** Whether a request that no policy is about has taken a try. */
    isCounted: boolean;
  }
  interface FastifyContextConfig {
    /** Set by route() and its siblings, and by nothing else. */
    facts?: RouteFacts;
  }
}
