import { randomUUID } from 'node:crypto';
import { type ClientRequest, type IncomingMessage, ServerResponse, request as sendRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { answer } from './answer.ts';
import type { Client } from './client.ts';
import { connectionOptions, isHopByHop } from './hop-by-hop.ts';
import { type ProxyContext, recordFailure } from './proxy-context.ts';
import { findDestination } from './request-handler.ts';
import { forwardHeaders, type RequestHead, vouchedHeaders } from './request-head.ts';
import { reasonPhrase } from './response-head.ts';
import { countResponse } from './route-counters.ts';
import type { Route, Target } from './route-table.ts';
import { failureCode, failurePage, nothingServesPage } from './upstream-failure.ts';

/**
 * Whether the proxy changes protocols for this request. Not to `h2c`, in which a client could say what it likes past the
 * fields that the proxy sets; and not when a body comes first. Such requests are served as if they had not asked.
 */
export function mayUpgrade(request: IncomingMessage): boolean {
  const { upgrade, connection } = request.headers;
  if (!upgrade || /\bh2c?\b/i.test(upgrade)) return false;
  if (!connectionOptions(connection ?? '')?.includes('upgrade')) return false;
  return request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined;
}

/** Passes a WebSocket, or any other change of protocol, to an instance and then every byte both ways. */
export function handleUpgrade(context: ProxyContext, request: IncomingMessage, socket: Duplex, first: Buffer): void {
  // The connection belongs to nobody's HTTP parser now; the client may vanish at any time.
  socket.on('error', () => socket.destroy());
  const id = randomUUID();
  const destination = findDestination(context, request);
  if ('page' in destination) {
    answer(request, plainResponse(request, socket), destination.page, id, 'none');
    return;
  }
  const { route, head, client } = destination;
  route.usage.requests += 1;
  if (first.length > 0) socket.unshift(first);
  const startedAt = performance.now();
  connect(
    { context, request, socket, head, client, id, host: route.host, tried: new Set(), startedAt },
    route,
    undefined,
  );
}

/** One request for another protocol, over all attempts. */
interface Upgrade {
  readonly context: ProxyContext;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: RequestHead;
  readonly client: Client;
  readonly id: string;
  readonly host: string;
  readonly tried: Set<Target>;
  readonly startedAt: number;
}

/** Tries one instance after the other until one takes the connection. */
function connect(upgrade: Upgrade, known: Route, failure: unknown): void {
  const { context, request, socket, tried } = upgrade;
  const { table } = context;
  // Looked up again at each attempt: the route may have been switched.
  const route = table.find(upgrade.host) ?? known;
  const target = table.enter(route, tried);
  if (!target) {
    refuse(upgrade, route, failure);
    return;
  }
  const upstream = open(upgrade, route, target);
  let left = false;
  let answered = false;
  let reached = false;
  upstream.once('socket', (connection) => {
    connection.once('connect', () => {
      reached = true;
    });
  });
  const leave = (): void => {
    if (!left) table.leave(target);
    left = true;
  };
  const gone = (): void => {
    upstream.destroy();
    leave();
  };
  socket.once('close', gone);
  upstream.once('upgrade', (reply, peer, early) => {
    upstream.setTimeout(0);
    peer.unshift(early);
    countResponse(route.usage, 101, upgrade.startedAt);
    join(route, socket, peer, switchingHead(reply));
    peer.once('close', () => socket.destroy());
  });
  upstream.once('response', (reply) => {
    answered = true;
    upstream.setTimeout(0);
    const response = plainResponse(request, socket);
    countResponse(route.usage, reply.statusCode ?? 502, upgrade.startedAt);
    response.writeHead(
      reply.statusCode ?? 502,
      reasonPhrase(reply.statusCode ?? 502, reply.statusMessage),
      endToEnd(reply),
    );
    reply.once('error', () => socket.destroy());
    reply.pipe(response);
  });
  // Stays on: an error that nobody hears would end the agent.
  upstream.on('error', (error) => {
    if (left || socket.destroyed || answered) {
      socket.destroy();
      return;
    }
    socket.off('close', gone);
    leave();
    // Only what never reached an instance is tried elsewhere.
    for (const each of reached ? route.targets : [target]) tried.add(each);
    connect(upgrade, route, error);
  });
}

/** Answers that no instance takes the connection. */
function refuse({ context, request, socket, id, startedAt }: Upgrade, route: Route, failure: unknown): void {
  const page = failure === undefined ? nothingServesPage : failurePage(failure);
  const code = failure === undefined ? {} : { code: failureCode(failure) };
  recordFailure(context, route, { requestId: id, ...code }, page.detail);
  countResponse(route.usage, page.status, startedAt);
  answer(request, plainResponse(request, socket), page, id, 'none');
}

function open({ context, request, head, client, id }: Upgrade, route: Route, target: Target): ClientRequest {
  const headers = vouchedHeaders(context, route, forwardHeaders(request, head, client, id));
  headers.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? '');
  const upstream = sendRequest({
    host: target.upstream.address,
    port: target.upstream.port,
    method: request.method,
    path: head.path,
    headers,
    agent: false,
    setHost: false,
    maxHeaderSize: context.limits.maxHeaderBytes,
    timeout: context.limits.upstreamTimeoutMs,
  });
  upstream.once('timeout', () => {
    upstream.destroy(Object.assign(new Error('The instance did not answer in time.'), { code: 'ETIMEDOUT' }));
  });
  upstream.end();
  return upstream;
}

/** Both connections are one from here on: what ends or breaks on one side does so on the other. */
function join(route: Route, socket: Duplex, peer: Duplex & { bytesRead?: number }, head: string): void {
  socket.write(head, 'latin1');
  peer.on('error', () => socket.destroy());
  socket.once('close', () => peer.destroy());
  socket.on('data', (chunk: Buffer) => {
    route.usage.bytesIn += chunk.length;
  });
  peer.on('data', (chunk: Buffer) => {
    route.usage.bytesOut += chunk.length;
  });
  socket.pipe(peer);
  peer.pipe(socket);
}

/** The 101 of the instance for the client. Its parser let no line break into the fields. */
function switchingHead(reply: IncomingMessage): string {
  const lines = [`HTTP/1.1 101 Switching Protocols`, 'Connection: Upgrade', `Upgrade: ${reply.headers.upgrade ?? ''}`];
  const fields = endToEnd(reply);
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function endToEnd(reply: IncomingMessage): string[] {
  const dropped = connectionOptions(reply.headers.connection ?? '');
  const fields: string[] = [];
  for (let i = 0; i < reply.rawHeaders.length; i += 2) {
    const name = reply.rawHeaders[i] as string;
    const lower = name.toLowerCase();
    if (isHopByHop(name) || lower === 'trailer' || dropped?.includes(lower)) continue;
    fields.push(name, reply.rawHeaders[i + 1] as string);
  }
  return fields;
}

/** An ordinary response on a connection that asked for another protocol and does not get it; it ends the connection. */
function plainResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  response.once('finish', () => {
    response.detachSocket(socket as Parameters<ServerResponse['detachSocket']>[0]);
    socket.end();
    // What the client still sends is read to its end, or nobody would see the connection close.
    socket.resume();
  });
  return response;
}
