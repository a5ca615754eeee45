import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ApiTokenScope, Principal, Role } from './principal.ts';
import type { SocketConnection } from './socket-connection.ts';
import type { SseWriter } from './sse-writer.ts';

/**
 * Who may call: anybody, or a member of at least this role (for an API token: also of at least this scope). `operator`: who
 * operates the installation besides, since what the route touches belongs to all organizations. `tries`: of what anybody may call,
 * what counts against the stricter limit of sign-ins, what against the larger one of monitors, and what is not counted at all.
 */
export type Policy =
  | { public: true; tries?: 'sign-in' | 'open' | 'free' }
  | { role: Role; scope?: ApiTokenScope; operator?: true };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a server keeps about each of its routes. */
export interface RouteFacts {
  method: Method;
  /** As in the OpenAPI document, also for the second mount: `/v1/projects/:id`. */
  path: string;
  operationId: string;
  policy: Policy;
  body: 'none' | 'json' | 'raw';
  /** Media types, for `raw`. */
  contentTypes: readonly string[];
}

/** Public routes know nobody. */
export type PrincipalOf<Who extends Policy> = Who extends { public: true } ? undefined : Principal;

export interface Call<P, Q, Who extends Policy> {
  params: P;
  query: Q;
  principal: PrincipalOf<Who>;
  request: FastifyRequest;
  reply: FastifyReply;
}

interface Operation<P, Q, Who extends Policy> {
  /** With Fastify's parameters: `/v1/projects/:id`. */
  path: string;
  tag: string;
  summary: string;
  /** `createProject`; unique, a verb and what it is done to: the audit log makes `project.create` of it. */
  operationId: string;
  policy: Who;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  /** Codes of the 503 that says that somebody outside, whom the answer needs, is away; the document has them. */
  unavailable?: readonly [string, ...string[]];
}

/** A request with a JSON body or none, and a JSON answer or none. */
export interface RouteDefinition<P, Q, B, R, Who extends Policy> extends Operation<P, Q, Who> {
  method: Method;
  body?: z.ZodType<B>;
  response: z.ZodType<R>;
  status?: 200 | 201 | 202 | 204;
  /** Answers of other statuses, which the handler sets itself by `reply.code()`. */
  extraResponses?: Readonly<Record<number, z.ZodType>>;
  /** Bytes; 1 MiB when it is not given. */
  bodyLimit?: number;
  handle(call: Call<P, Q, Who> & { body: B }): Promise<R>;
}

/** A request whose body is handed over as a stream of bytes, never held in memory. */
export interface UploadRouteDefinition<P, Q, R, Who extends Policy> extends Operation<P, Q, Who> {
  method: 'POST' | 'PUT';
  /** Media types that are taken, such as `application/x-tar`. */
  contentTypes: readonly RawContentType[];
  /** Bytes. The stream fails with BODY_TOO_LARGE as soon as one more arrives. */
  bodyLimit: number;
  response: z.ZodType<R>;
  status?: 200 | 201 | 202;
  handle(call: Call<P, Q, Who> & { body: Readable; contentType: RawContentType }): Promise<R>;
}

/** An answer that is a stream of Server-Sent Events. */
export interface StreamRouteDefinition<P, Q, Who extends Policy> extends Operation<P, Q, Who> {
  /**
   * Writes events until there are no more or `stream.signal` is aborted, then returns: the stream ends. What it throws before
   * `stream.open()` or the first event is answered as a problem, so look the subject up first.
   */
  handle(call: Call<P, Q, Who> & { lastEventId: string | undefined; stream: SseWriter }): Promise<void>;
}

/** A request that becomes a WebSocket. */
export interface SocketRouteDefinition<P, Q, Who extends Policy> extends Operation<P, Q, Who> {
  /** What is said over it, for the OpenAPI document. */
  protocol: string;
  /**
   * Talks until `connection.signal` is aborted or nothing is left to say, then returns: the connection is closed. What it
   * throws before `accept()` is answered as a problem, so look the subject up first. No message is larger than 64 KiB.
   */
  handle(call: Call<P, Q, Who> & { accept: () => Promise<SocketConnection> }): Promise<void>;
}

/** An answer that is a text file of any length, made page by page. */
export interface DownloadRouteDefinition<P, Q, Who extends Policy> extends Operation<P, Q, Who> {
  /** What it throws is answered as a problem, so look the subject up first. A text that breaks off breaks the connection off. */
  handle(call: Call<P, Q, Who>): Promise<{ fileName: string; text: AsyncIterable<string> }>;
}

/** What an upload may declare itself to be. */
export const rawContentTypes = [
  'application/x-tar',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
] as const;
export type RawContentType = (typeof rawContentTypes)[number];
