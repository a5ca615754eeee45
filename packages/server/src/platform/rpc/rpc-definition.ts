import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { FastifyRequest } from 'fastify';
import type { Policy, PrincipalOf } from '../http/route-definition.ts';

interface RpcCall<Who extends Policy> {
  principal: PrincipalOf<Who>;
  request: FastifyRequest;
  /** Aborted when the caller went away, its time is up, its right to go on has ended, or the server stops. */
  signal: AbortSignal;
}

/** One request, one answer. */
export interface UnaryRpc<M extends DescMethodUnary, Who extends Policy = Policy> {
  policy: Who;
  /** How long a message may be; 1 MiB where nothing is said. Nothing of it is read for who may not call this. */
  messageLimitBytes?: number;
  /** What it throws is answered in the protocol's own words, with code and hint as details. */
  handle(call: RpcCall<Who> & { message: MessageShape<M['input']> }): Promise<MessageInitShape<M['output']>>;
}

/** One request, answers until there are no more. */
export interface ServerStreamRpc<M extends DescMethodServerStreaming, Who extends Policy = Policy> {
  policy: Who;
  stream(call: RpcCall<Who> & { message: MessageShape<M['input']> }): AsyncIterable<MessageInitShape<M['output']>>;
}

/** Requests and answers as they come; HTTP/2 only. */
export interface BidiRpc<M extends DescMethodBiDiStreaming, Who extends Policy = Policy> {
  policy: Who;
  converse(
    call: RpcCall<Who> & { messages: AsyncIterable<MessageShape<M['input']>> },
  ): AsyncIterable<MessageInitShape<M['output']>>;
}

type SignedIn = Exclude<Policy, { public: true }>;

/** What a method needs: those that stream both ways may be for everybody, all others are for members. */
type RpcOf<M extends DescMethod> = M extends DescMethodUnary
  ? UnaryRpc<M, SignedIn>
  : M extends DescMethodServerStreaming
    ? ServerStreamRpc<M, SignedIn>
    : M extends DescMethodBiDiStreaming
      ? BidiRpc<M>
      : never;

/** All methods of a service: none is left out, and none is without a policy. */
export type RpcMethods<S extends DescService> = { [Name in keyof S['method']]: RpcOf<S['method'][Name]> };

/** A method of any sort, whatever its messages are. */
export type AnyRpc =
  | UnaryRpc<DescMethodUnary>
  | ServerStreamRpc<DescMethodServerStreaming>
  | BidiRpc<DescMethodBiDiStreaming>;
