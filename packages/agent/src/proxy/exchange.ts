import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { answer } from './answer.ts';
import { BodyRelay } from './body-relay.ts';
import type { Client } from './client.ts';
import type { ErrorPage } from './error-page.ts';
import { type ProxyContext, recordFailure } from './proxy-context.ts';
import { forwardHeaders, type RequestHead, vouchedHeaders } from './request-head.ts';
import { type ResponseFields, reasonPhrase, responseHeaders } from './response-head.ts';
import { countResponse } from './route-counters.ts';
import type { Route, Target } from './route-table.ts';
import type { UpstreamConnection } from './upstream.ts';
import { failureCode, failurePage, isConnectionClosed, isIdempotent, nothingServesPage } from './upstream-failure.ts';

/** One request on its way to an instance, and its response on the way back. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #context: ProxyContext;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #head: RequestHead;
  readonly #id: string;
  readonly #idempotent: boolean;
  readonly #headers: string[];
  readonly #expectsContinue: boolean;
  readonly #startedAt = performance.now();
  #route: Route;
  #target: Target | undefined;
  #connection: UpstreamConnection | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #relay: BodyRelay | undefined;
  #tried: Set<Target> | undefined;
  /** Bytes of the body that are still to come; -1 when the upstream did not say. */
  #remaining = -1;
  #drainAwaited = false;
  #bodyBegun = false;
  #continued = false;
  #closed = false;

  constructor(
    context: ProxyContext,
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    head: RequestHead,
    client: Client,
    id: string,
    expectsContinue: boolean,
  ) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#route = route;
    this.#head = head;
    this.#id = id;
    this.#expectsContinue = expectsContinue;
    this.#idempotent = isIdempotent(request.method ?? '');
    this.#headers = forwardHeaders(request, head, client, id);
  }

  start(): void {
    this.#route.usage.requests += 1;
    // Emitted once, whether the response was sent to its end or the client went away.
    this.#response.on('close', this.#onClose);
    this.#attempt(false, undefined);
  }

  #attempt(afresh: boolean, failure: unknown): void {
    const { table } = this.#context;
    // Looked up again: the route may have been switched since the last attempt.
    this.#route = table.find(this.#route.host) ?? this.#route;
    const target = table.enter(this.#route, this.#tried);
    if (!target) {
      this.#fail(failure === undefined ? nothingServesPage : failurePage(failure), failure);
      return;
    }
    this.#target = target;
    this.#controller = undefined;
    const { upstream } = target;
    const connection = afresh ? upstream.connect() : upstream.acquire(this.#idempotent);
    this.#connection = connection;
    if (this.#head.hasBody) this.#relay = new BodyRelay(this.#request, this.#onBodyWanted);
    connection.client.dispatch(
      {
        method: this.#request.method as Dispatcher.HttpMethod,
        path: this.#head.path,
        headers: vouchedHeaders(this.#context, this.#route, this.#headers),
        body: this.#relay ?? null,
      },
      this,
    );
  }

  /** The request is written next. Before this, nothing of it was sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#closed) controller.abort(new Error('The client went away.'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, fields: ResponseFields, phrase?: string): void {
    const response = this.#response;
    if (status < 200) {
      this.#passHints(status, fields);
      return;
    }
    countResponse(this.#route.usage, status, this.#startedAt);
    const length = fields['content-length'];
    const hasBody = this.#request.method !== 'HEAD' && status !== 204 && status !== 304;
    this.#remaining = hasBody && typeof length === 'string' ? Number(length) : -1;
    if (this.#relay) this.#request.socket.setTimeout(0);
    if (this.#context.closing) response.shouldKeepAlive = false;
    // Node refuses to announce trailers for a body that is not chunked.
    const chunked = length === undefined && hasBody && this.#request.httpVersionMinor > 0;
    response.writeHead(
      status,
      reasonPhrase(status, phrase),
      responseHeaders(fields, chunked, this.#route.spec.headers),
    );
    // The first bytes of the body usually come with the head and then leave with it; without them it goes out alone.
    if (this.#remaining !== 0) process.nextTick(flushHead, this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const response = this.#response;
    this.#bodyBegun = true;
    this.#route.usage.bytesOut += chunk.length;
    if (this.#remaining === chunk.length) {
      // The last of it: one write for the chunk and the end instead of two.
      this.#remaining = 0;
      response.end(chunk);
      return;
    }
    if (this.#remaining > 0) this.#remaining -= chunk.length;
    if (response.write(chunk) || this.#drainAwaited) return;
    this.#drainAwaited = true;
    controller.pause();
    response.once('drain', () => {
      this.#drainAwaited = false;
      controller.resume();
    });
  }

  onResponseEnd(_: Dispatcher.DispatchController, trailers: ResponseFields): void {
    this.#bodyBegun = true;
    if (this.#target && this.#connection) this.#target.upstream.release(this.#connection);
    this.#connection = undefined;
    const response = this.#response;
    if (response.writableEnded) return;
    for (const name in trailers) response.addTrailers([[name, String(trailers[name])]]);
    response.end();
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const reused = this.#connection?.reused ?? false;
    const sent = this.#controller !== undefined;
    this.#discard();
    if (this.#closed) return;
    if (this.#response.headersSent) {
      recordFailure(this.#context, this.#route, this.#describe(error), 'a response was cut by the instance');
      this.#response.destroy();
      return;
    }
    if (this.#mayRepeat(error, reused, sent)) {
      const target = this.#leave();
      // A kept-alive connection that was closed says nothing about the instance; a new one that fails does.
      if (target && !reused) this.#tried = (this.#tried ?? new Set()).add(target);
      this.#attempt(true, error);
      return;
    }
    this.#fail(failurePage(error), error);
  }

  /** Sent twice is only what did not reach an instance, or what may reach it twice and met a connection gone stale. */
  #mayRepeat(error: Error, reused: boolean, sent: boolean): boolean {
    if (this.#relay?.consumed || failureCode(error) === 'UND_ERR_INVALID_ARG') return false;
    return !sent || (this.#idempotent && reused && isConnectionClosed(error));
  }

  #fail(page: ErrorPage, error: unknown): void {
    if (page.status >= 500) recordFailure(this.#context, this.#route, this.#describe(error), page.detail);
    countResponse(this.#route.usage, page.status, this.#startedAt);
    const coming = this.#expectsContinue && !this.#continued ? 'withheld' : 'coming';
    const unread = this.#head.hasBody && !this.#request.complete ? coming : 'none';
    answer(this.#request, this.#response, page, this.#id, unread);
  }

  #describe(error: unknown): object {
    const target = this.#target?.id;
    return { requestId: this.#id, ...(target && { target }), ...(error !== undefined && { code: failureCode(error) }) };
  }

  #passHints(status: number, fields: ResponseFields): void {
    const link = fields['link'];
    if (status !== 103 || link === undefined || this.#request.httpVersionMinor === 0) return;
    try {
      this.#response.writeEarlyHints({ link });
    } catch {
      // Hints that Node finds malformed; the response that follows says the same.
    }
  }

  readonly #onBodyWanted = (): void => {
    if (this.#expectsContinue && !this.#continued) this.#response.writeContinue();
    this.#continued = true;
    // Ends a client that stopped in the middle of its upload; taken off when the body or the response is there.
    const { socket } = this.#request;
    socket.setTimeout(this.#context.limits.upstreamTimeoutMs);
    this.#request.once('end', () => socket.setTimeout(0));
  };

  /** Every request that found a route comes through here exactly once, when its response was sent or given up. */
  readonly #onClose = (): void => {
    this.#closed = true;
    this.#route.usage.bytesIn += this.#relay?.bytes ?? 0;
    if (this.#controller && this.#connection) this.#controller.abort(new Error('The client went away.'));
    this.#discard();
    this.#leave();
  };

  #leave(): Target | undefined {
    const target = this.#target;
    this.#target = undefined;
    if (target) this.#context.table.leave(target);
    return target;
  }

  #discard(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#relay?.destroy();
    if (connection) this.#target?.upstream.discard(connection);
  }

  /** Sends the head alone when no body has come with it: the first event of a stream may be minutes away. */
  flushHead(): void {
    if (!this.#bodyBegun && !this.#closed) this.#response.flushHeaders();
  }
}

/** One function for all exchanges: a closure for each response would be garbage. */
function flushHead(exchange: Exchange): void {
  exchange.flushHead();
}
