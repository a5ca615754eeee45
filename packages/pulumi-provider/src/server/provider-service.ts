import grpc from '@grpc/grpc-js';
import plugin from '@pulumi/pulumi/proto/plugin_pb.js';
import type { IResourceProviderServer } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Failure } from '../check-inputs.ts';
import type { Difference } from '../compare-inputs.ts';
import { configuration } from '../connection.ts';
import type { Provider } from '../provider.ts';
import { packageSchema, version } from '../schema/package-schema.ts';
import { type ReadValues, readValues, writeValues } from './pulumi-values.ts';
import { toServiceError, withInputs } from './service-error.ts';

/** When the program names none: a first build with everything to download may take this long. */
const defaultTimeoutMs = 60 * 60_000;

function toFailures(failures: readonly Failure[]): proto.CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

function toDiffResponse({ changed, replaces, deleteFirst }: Difference): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse();
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteFirst);
  return response;
}

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** A call that answers or fails; a failure is told in a sentence. */
function unary<Request, Response>(
  answer: (request: Request) => Promise<Response> | Response,
): Unary<Request, Response> {
  async function reply(...[call, callback]: Parameters<Unary<Request, Response>>): Promise<void> {
    try {
      callback(null, await answer(call.request));
    } catch (error) {
      callback(toServiceError(error));
    }
  }
  return (call, callback) => void reply(call, callback);
}

/** Answers the engine's calls (`ResourceProvider` in proto/pulumi/provider.proto of pulumi/pulumi). */
export function createProviderService(provider: Provider): Partial<IResourceProviderServer> {
  const canceled = new AbortController();
  const limit = (timeoutSeconds: number) =>
    AbortSignal.any([
      canceled.signal,
      AbortSignal.timeout(timeoutSeconds > 0 ? Math.ceil(timeoutSeconds * 1000) : defaultTimeoutMs),
    ]);
  /** What of a state is secret: what the type says, and what the program said. */
  const secretsOf = (urn: string, ...read: readonly ReadValues[]) => [
    ...provider.typeOf(urn).secrets,
    ...read.flatMap(({ secrets }) => [...secrets]),
  ];

  return {
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify(packageSchema()));
      return response;
    }),
    checkConfig: unary((request: proto.CheckRequest) => {
      const { values, secrets } = readValues(request.getNews());
      const response = new proto.CheckResponse();
      response.setInputs(writeValues(values, [...secrets, ...configuration.secrets]));
      response.setFailuresList(toFailures(provider.checkConfiguration(values)));
      return response;
    }),
    // Another address or token is no other resource.
    diffConfig: unary(() => toDiffResponse({ changed: [], replaces: [], deleteFirst: false })),
    configure: unary((request: proto.ConfigureRequest) => {
      provider.configure(readValues(request.getArgs()).values);
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: proto.CheckRequest) => {
      const news = readValues(request.getNews());
      const { inputs, failures } = provider.check(request.getUrn(), news.values);
      const response = new proto.CheckResponse();
      response.setInputs(writeValues(inputs, secretsOf(request.getUrn(), news)));
      response.setFailuresList(toFailures(failures));
      return response;
    }),
    diff: unary((request: proto.DiffRequest) => {
      const olds = readValues(request.getOldInputs() ?? request.getOlds());
      return toDiffResponse(provider.diff(request.getUrn(), olds.values, readValues(request.getNews()).values));
    }),
    create: unary(async (request: proto.CreateRequest) => {
      const urn = request.getUrn();
      const inputs = readValues(request.getProperties());
      const secrets = secretsOf(urn, inputs);
      const response = new proto.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(writeValues(provider.previewCreate(urn, inputs.values), secrets));
        return response;
      }
      const made = provider.create(urn, inputs.values, limit(request.getTimeout()));
      const { id, outputs } = await withInputs(made, inputs.values, secrets);
      response.setId(id);
      response.setProperties(writeValues({ ...inputs.values, ...outputs }, secrets));
      return response;
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const urn = request.getUrn();
      const state = readValues(request.getProperties());
      const given = readValues(request.getInputs());
      const isImport = Object.keys(given.values).length === 0;
      const inputs = isImport ? undefined : given.values;
      const found = await provider.read(urn, request.getId(), inputs, state.values, limit(0));
      const response = new proto.ReadResponse();
      // Without an id it is gone.
      if (found === undefined) return response;
      const secrets = secretsOf(urn, state, given);
      response.setId(request.getId());
      response.setInputs(writeValues(found.inputs, secrets));
      response.setProperties(writeValues({ ...found.inputs, ...found.outputs }, secrets));
      return response;
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const urn = request.getUrn();
      const id = request.getId();
      const state = readValues(request.getOlds());
      const olds = readValues(request.getOldInputs() ?? request.getOlds());
      const news = readValues(request.getNews());
      const secrets = secretsOf(urn, news);
      const response = new proto.UpdateResponse();
      if (request.getPreview()) {
        response.setProperties(writeValues(provider.previewUpdate(urn, news.values, state.values), secrets));
        return response;
      }
      const update = provider.update(urn, id, olds.values, news.values, state.values, limit(request.getTimeout()));
      const outputs = await withInputs(update, news.values, secrets);
      response.setProperties(writeValues({ ...news.values, ...outputs }, secrets));
      return response;
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      await provider.delete(request.getUrn(), request.getId(), limit(request.getTimeout()));
      return new empty.Empty();
    }),
    invoke: unary(async (request: proto.InvokeRequest) => {
      const { values } = readValues(request.getArgs());
      const { outputs, failures } = await provider.invoke(request.getTok(), values, limit(0));
      const response = new proto.InvokeResponse();
      response.setReturn(writeValues(outputs, []));
      response.setFailuresList(toFailures(failures));
      return response;
    }),
    cancel: unary(() => {
      canceled.abort(new Error('Canceled: what davit is doing by now goes on.'));
      return new empty.Empty();
    }),
    attach: unary(() => new empty.Empty()),
  };
}
