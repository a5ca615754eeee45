import { create, type DescFile, type DescService, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ServerReflection } from '@davit/api/rpc';
import type { FastifyInstance } from 'fastify';
import { registerRpcService } from './rpc-service.ts';

type Response = MessageInitShape<(typeof ServerReflection.method.serverReflectionInfo)['output']>;
type Answer = NonNullable<Response['messageResponse']>;

/** The files of these services and all that they import, by name. */
function filesOf(services: readonly DescService[]): ReadonlyMap<string, DescFile> {
  const files = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    if (files.has(file.proto.name)) return;
    files.set(file.proto.name, file);
    for (const dependency of file.dependencies) add(dependency);
  };
  for (const service of services) add(service.file);
  return files;
}

/** Fully qualified names of what a file declares: services, methods, messages, enums, and what is in messages. */
function* symbolsOf(file: DescFile): Generator<string> {
  for (const service of file.services) {
    yield service.typeName;
    for (const method of service.methods) yield `${service.typeName}.${method.name}`;
  }
  const messages = [...file.messages];
  for (let next = messages.pop(); next !== undefined; next = messages.pop()) {
    yield next.typeName;
    for (const field of next.fields) yield `${next.typeName}.${field.name}`;
    for (const inner of next.nestedEnums) yield inner.typeName;
    messages.push(...next.nestedMessages);
  }
  for (const one of file.enums) yield one.typeName;
}

const missing = (what: string): Answer => ({
  case: 'errorResponse',
  value: { errorCode: Code.NotFound, errorMessage: `${what} is not known` },
});

/** A file with everything that it needs, itself last. */
function describe(file: DescFile): Answer {
  const inOrder = new Set<DescFile>();
  const add = (one: DescFile): void => {
    for (const dependency of one.dependencies) add(dependency);
    inOrder.add(one);
  };
  add(file);
  const protos = [...inOrder].map((one) =>
    toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, one.proto)),
  );
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: protos.toReversed() } };
}

/**
 * Server reflection (grpc.reflection.v1): clients such as grpcurl learn from it what can be called. Nothing of it is secret: the
 * files are published.
 */
export function registerReflection(app: FastifyInstance, services: readonly DescService[]): void {
  const all = [...services, ServerReflection];
  const files = filesOf(all);
  const bySymbol = new Map(
    [...files.values()].flatMap((file) => [...symbolsOf(file)].map((name) => [name, file] as const)),
  );

  function answer(request: { case?: string | undefined; value?: unknown }): Answer {
    const name = String(request.value);
    if (request.case === 'listServices') {
      const service = all.map(({ typeName }) => ({ name: typeName }));
      return { case: 'listServicesResponse', value: { service } };
    }
    if (request.case === 'fileByFilename' || request.case === 'fileContainingSymbol') {
      const file = request.case === 'fileByFilename' ? files.get(name) : bySymbol.get(name);
      return file === undefined ? missing(name.slice(0, 200)) : describe(file);
    }
    if (request.case === 'allExtensionNumbersOfType' && bySymbol.has(name))
      return { case: 'allExtensionNumbersResponse', value: { baseTypeName: name, extensionNumber: [] } };
    return missing('what was asked for');
  }

  registerRpcService(app, ServerReflection, {
    serverReflectionInfo: {
      policy: { public: true },
      async *converse({ messages }) {
        for await (const message of messages) {
          yield { validHost: message.host, originalRequest: message, messageResponse: answer(message.messageRequest) };
        }
      },
    },
  });
}
