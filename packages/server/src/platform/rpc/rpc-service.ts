import {
  create,
  type DescMethod,
  type DescMethodBiDiStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  fromJson,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import {
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type MethodImpl,
} from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, kernelErrors } from '../../kernel/app-error.ts';
import { toAppError } from '../http/error-handler.ts';
import { httpErrors } from '../http/http-errors.ts';
import { registerRpcPath } from '../http/register-route.ts';
import { admit, authorize } from '../http/request-checks.ts';
import type { Policy, RouteFacts } from '../http/route-definition.ts';
import { callOnce } from './call-once.ts';
import { readJsonBody } from './json-body.ts';
import { checkMessage } from './message-checks.ts';
import type { AnyRpc, BidiRpc, RpcMethods, ServerStreamRpc, UnaryRpc } from './rpc-definition.ts';
import { toConnectError } from './rpc-errors.ts';
import { watchStanding } from './rpc-standing.ts';

const MESSAGE_LIMIT = 1024 * 1024;
const MAX_TIMEOUT_MS = 60 * 60_000;

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  facts: RouteFacts;
}

const exchangeKey = createContextKey<Exchange | undefined>(undefined, {
  description: 'what Fastify knows of the call',
});

function exchangeOf(context: HandlerContext): Exchange {
  const exchange = context.values.get(exchangeKey);
  if (exchange === undefined) throw kernelErrors.INTERNAL();
  return exchange;
}

/** As Connect's error; logs what only an operator may know, and tells of refusals. */
async function explain(thrown: unknown, { request }: Exchange) {
  const error = toAppError(thrown, request);
  const { httpContext } = request.server;
  if (error.kind === 'internal') {
    httpContext.logger.error({ requestId: request.id, code: error.code, err: error.cause ?? error }, 'call failed');
  }
  await httpContext.tellRefusal(request, error);
  return toConnectError(error, request.id);
}

function callOf(exchange: Exchange, signal: AbortSignal) {
  const { request } = exchange;
  return { principal: request.principal as never, request, signal };
}

/** The words that the names of methods begin with which change nothing (google.aip.dev/131 and 132). */
const reads = /^(?:get|list|export)[A-Z]/;

/** What was done stands, and is answered, whether or not it could be recorded. */
async function tellWrite({ request }: Exchange, method: DescMethod, message: Message, error?: AppError): Promise<void> {
  if (reads.test(method.localName)) return;
  const { httpContext } = request.server;
  await httpContext.tellCalled({ request, operationId: method.localName, message, error }).catch((failure: unknown) => {
    httpContext.logger.error({ requestId: request.id, err: failure }, 'a write could not be recorded');
  });
}

function unaryImplementation(method: DescMethodUnary, rpc: UnaryRpc<DescMethodUnary>) {
  return async (message: Message, context: HandlerContext) => {
    const exchange = exchangeOf(context);
    const { request } = exchange;
    const tell = (error?: AppError) => tellWrite(exchange, method, message, error);
    try {
      checkMessage(method.input, message);
      authorize(rpc.policy, request);
      const output = await callOnce(request, method, message, async () =>
        create(method.output, await rpc.handle({ ...callOf(exchange, context.signal), message })),
      );
      await tell();
      return output;
    } catch (error) {
      await tell(toAppError(error, request));
      throw await explain(error, exchange);
    }
  };
}

async function* guarded(
  exchange: Exchange,
  policy: Policy,
  context: HandlerContext,
  answers: (signal: AbortSignal) => AsyncIterable<object>,
) {
  const { request } = exchange;
  const standing = watchStanding(request.server.httpContext, policy, request, context.signal);
  try {
    yield* answers(standing.signal);
    standing.throwIfEnded();
  } catch (error) {
    throw await explain(standing.signal.reason instanceof AppError ? standing.signal.reason : error, exchange);
  } finally {
    standing.stop();
  }
}

function streamImplementation(method: DescMethodServerStreaming, rpc: ServerStreamRpc<DescMethodServerStreaming>) {
  return (message: Message, context: HandlerContext) => {
    const exchange = exchangeOf(context);
    return guarded(exchange, rpc.policy, context, async function* answers(signal) {
      checkMessage(method.input, message);
      authorize(rpc.policy, exchange.request);
      for await (const answer of rpc.stream({ ...callOf(exchange, signal), message }))
        yield create(method.output, answer);
    });
  };
}

async function* checked(method: DescMethod, messages: AsyncIterable<Message>): AsyncIterable<Message> {
  for await (const message of messages) {
    checkMessage(method.input, message);
    yield message;
  }
}

function converseImplementation(method: DescMethodBiDiStreaming, rpc: BidiRpc<DescMethodBiDiStreaming>) {
  return (messages: AsyncIterable<Message>, context: HandlerContext) => {
    const exchange = exchangeOf(context);
    return guarded(exchange, rpc.policy, context, async function* answers(signal) {
      authorize(rpc.policy, exchange.request);
      const call = { ...callOf(exchange, signal), messages: checked(method, messages) };
      for await (const answer of rpc.converse(call)) yield create(method.output, answer);
    });
  };
}

function implementationOf(method: DescMethod, rpc: AnyRpc): MethodImpl<DescMethod> {
  if (method.methodKind === 'unary' && 'handle' in rpc)
    return unaryImplementation(method as DescMethodUnary, rpc) as never;
  if (method.methodKind === 'server_streaming' && 'stream' in rpc)
    return streamImplementation(method as DescMethodServerStreaming, rpc) as never;
  if (method.methodKind === 'bidi_streaming' && 'converse' in rpc)
    return converseImplementation(method as DescMethodBiDiStreaming, rpc) as never;
  throw new Error(`${method.name}: clients do not stream to davit`);
}

const limitOf = (rpc: AnyRpc): number => ('messageLimitBytes' in rpc && rpc.messageLimitBytes) || MESSAGE_LIMIT;

/** limit → authenticate, before a byte of the message is read; what may be long also → authorize. */
async function gate(rpc: AnyRpc, context: HandlerContext): Promise<void> {
  const exchange = exchangeOf(context);
  const { request, reply, facts } = exchange;
  try {
    await admit(request.server.httpContext, facts, request, reply);
    if (limitOf(rpc) > MESSAGE_LIMIT) authorize(rpc.policy, request);
  } catch (error) {
    if (reply.hasHeader('retry-after'))
      context.responseHeader.set('retry-after', String(reply.getHeader('retry-after')));
    throw await explain(error, exchange);
  }
}

function createHandler(method: DescMethod, rpc: AnyRpc): UniversalHandler {
  const router = createConnectRouter({
    requestGate: (context) => gate(rpc, context),
    readMaxBytes: limitOf(rpc),
    maxTimeoutMs: MAX_TIMEOUT_MS,
    acceptCompression: [compressionGzip],
    jsonOptions: { ignoreUnknownFields: false },
  });
  const [handler] = router.rpc(method, implementationOf(method, rpc)).handlers;
  if (handler === undefined) throw new Error(`${method.name} has no handler`);
  return handler;
}

/** JSON in envelopes is for streams of the Connect protocol only: gRPC's clients send protobuf. */
function refuseUnknownMedia(handler: UniversalHandler, type: string): void {
  if (!handler.supportedContentType(type) || /^application\/grpc.*\+json/.test(type))
    throw httpErrors.MEDIA_TYPE_UNSUPPORTED({
      hint: 'Send application/json, application/proto, or what gRPC and gRPC-Web send.',
    });
}

function serve(handler: UniversalHandler, facts: RouteFacts, limitBytes: number) {
  const { method } = handler;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const type = request.headers['content-type'] ?? '';
    refuseUnknownMedia(handler, type);
    const values = createContextValues().set(exchangeKey, { request, reply, facts });
    const call = universalRequestFromNodeRequest(request.raw, reply.raw, undefined, values);
    const isJson = /^application\/json\b/.test(type) && !call.header.has('content-encoding');
    if (isJson && Symbol.asyncIterator in (call.body as object)) {
      const parse = (json: JsonValue) => void fromJson(method.input, json, { ignoreUnknownFields: false });
      call.body = readJsonBody(call.body as AsyncIterable<Uint8Array>, limitBytes, parse, request.id);
    }
    reply.hijack();
    const answer = await handler(call);
    // Fastify keeps the headers that its hooks set until it answers itself.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined && !answer.header?.has(name)) reply.raw.setHeader(name, value);
    }
    await universalResponseToNodeResponse(answer, reply.raw).catch((error: unknown) => {
      // Nobody is there any more to be told.
      if (!request.raw.destroyed && !reply.raw.destroyed) throw error;
    });
    return reply;
  };
}

/**
 * Puts a service on the server, for Connect, gRPC and gRPC-Web. Each call goes the way of a route: limit → authenticate →
 * validate → authorize → act → present; an Idempotency-Key counts for calls with one answer.
 */
export function registerRpcService<const S extends DescService>(
  app: FastifyInstance,
  service: S,
  methods: RpcMethods<S>,
): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // Read by the protocol, once the caller was let in.
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null, undefined));
    for (const method of service.methods) {
      const rpc = methods[method.localName as keyof S['method']] as unknown as AnyRpc;
      const handler = createHandler(method, rpc);
      const facts: RouteFacts = {
        method: 'POST',
        path: handler.requestPath,
        operationId: method.localName,
        policy: rpc.policy,
        body: 'raw',
        contentTypes: [],
      };
      registerRpcPath(scope, facts, serve(handler, facts, limitOf(rpc)));
    }
    done();
  });
}
