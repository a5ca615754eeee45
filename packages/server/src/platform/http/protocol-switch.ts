import { createServer as createHttp1Server, type RequestListener, type Server, type ServerOptions } from 'node:http';
import {
  constants,
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';

/** How every connection that speaks HTTP/2 begins (RFC 9113, section 3.4); HTTP/1 has no method of this name. */
const preface = Buffer.from('PRI');
/** A connection that says nothing is closed after this long; HTTP/1's own limits begin with its first byte. */
const silentMs = 60_000;
/** An HTTP/2 connection without a stream. */
const idleSessionMs = 5 * 60_000;
const maxStreams = 128;
/** How long a client may go on sending what nobody reads. */
const drainMs = 10_000;
/** How long the last frame of a connection that ends may be on its way. */
const farewellMs = 500;

/**
 * Throws away what a client still sends when it has its answer, such as the rest of a message that is refused for its size: unread
 * it would hold the stream, and by that the end of the server, for as long as the client likes.
 */
function drain(stream: ServerHttp2Stream): void {
  if (stream.closed || stream.readableEnded) return;
  // Node's own listener would hand it to a request that nobody reads.
  stream.removeAllListeners('data');
  stream.on('data', () => {});
  stream.resume();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), drainMs);
  timer.unref();
  stream.once('close', () => clearTimeout(timer));
}

/** An HTTP/2 connection. */
interface Peer {
  session: ServerHttp2Session;
  socket: Socket;
  openStreams: number;
  isClosing: boolean;
}

/**
 * Ends a connection that has nothing left to serve. By its socket: a session whose last write did not come back (seen after a
 * stream was cut) neither says farewell nor can be destroyed.
 */
function endIfDone({ socket, openStreams, isClosing }: Peer): void {
  if (isClosing && openStreams === 0) setTimeout(() => socket.destroy(), farewellMs).unref();
}

function createHttp2(handler: RequestListener) {
  const peers = new Set<Peer>();
  const server: Http2Server = createHttp2Server(
    { settings: { maxConcurrentStreams: maxStreams, enablePush: false } },
    handler as unknown as Parameters<typeof createHttp2Server>[1],
  );
  let arriving: Socket | undefined;
  server.on('session', (session) => {
    if (arriving === undefined) throw new Error('a session without a connection');
    const peer: Peer = { session, socket: arriving, openStreams: 0, isClosing: false };
    peers.add(peer);
    session.once('close', () => peers.delete(peer));
    peer.socket.once('close', () => peers.delete(peer));
    session.setTimeout(idleSessionMs, () => session.close());
    session.on('stream', (stream: ServerHttp2Stream) => {
      peer.openStreams++;
      stream.once('close', () => {
        peer.openStreams--;
        endIfDone(peer);
      });
    });
  });
  server.on('stream', (stream) => stream.once('finish', () => drain(stream)));
  // A client's fault; without a listener it would end the process.
  server.on('sessionError', (_error, session) => session.destroy());
  return {
    serve(socket: Socket): void {
      arriving = socket;
      server.emit('connection', socket);
      arriving = undefined;
    },
    /** Takes no new stream; those that are open are served to their end. */
    close(): void {
      for (const peer of peers) {
        peer.isClosing = true;
        peer.session.close();
        endIfDone(peer);
      }
    },
    destroy(): void {
      for (const { socket } of peers) socket.destroy();
    },
  };
}

/** Waits for as many bytes as tell the protocols apart, and puts them back. */
function readFirstBytes(socket: Socket, tell: (first: Buffer) => void): void {
  const dropped = (): void => void socket.destroy();
  let first = Buffer.alloc(0);
  function read(): void {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    first = Buffer.concat([first, chunk]);
    const isUndecided = first.length < preface.length && preface.subarray(0, first.length).equals(first);
    if (isUndecided) return;
    socket.off('readable', read);
    socket.off('error', dropped);
    socket.off('end', dropped);
    socket.setTimeout(0);
    socket.off('timeout', dropped);
    socket.unshift(first);
    tell(first);
  }
  socket.setTimeout(silentMs);
  socket.on('readable', read);
  socket.once('error', dropped);
  socket.once('end', dropped);
  socket.once('timeout', dropped);
}

/**
 * A server for HTTP/1.1 and for HTTP/2 in clear text with prior knowledge, as gRPC clients speak it, on one port: the first bytes
 * of a connection say which. It is an HTTP/1 server in every other respect, also where it is closed.
 */
export function createProtocolSwitch(handler: RequestListener, options: ServerOptions): Server {
  const server = createHttp1Server(options, handler);
  const http2 = createHttp2(handler);
  const serveHttp1 = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  /** Connections whose protocol is not known yet: nobody else would end them. */
  const waiting = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    waiting.add(socket);
    const forget = (): unknown => waiting.delete(socket);
    socket.once('close', forget);
    readFirstBytes(socket, (first) => {
      socket.off('close', forget);
      forget();
      if (first.subarray(0, preface.length).equals(preface)) http2.serve(socket);
      else for (const serve of serveHttp1) serve.call(server, socket);
    });
  });

  const closeIdle = server.closeIdleConnections.bind(server);
  const closeAll = server.closeAllConnections.bind(server);
  server.closeIdleConnections = () => {
    closeIdle();
    for (const socket of waiting) socket.destroy();
    http2.close();
  };
  server.closeAllConnections = () => {
    closeAll();
    for (const socket of waiting) socket.destroy();
    http2.destroy();
  };
  return server;
}
