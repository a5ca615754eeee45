import grpc from '@grpc/grpc-js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import status from '@pulumi/pulumi/proto/status_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import { explainError } from '../explain-error.ts';
import { IncompleteError, type Values } from '../resource-type.ts';
import { writeValues } from './pulumi-values.ts';

/** An {@link IncompleteError} with what Pulumi is to keep of the resource. */
class KeptResource extends Error {
  override readonly name = 'KeptResource';
  readonly detail: proto.ErrorResourceInitFailed;

  constructor({ id, message, outputs }: IncompleteError, inputs: Values, secrets: Iterable<string>) {
    super(message);
    const names = [...secrets];
    this.detail = new proto.ErrorResourceInitFailed();
    this.detail.setId(id);
    this.detail.setReasonsList([message]);
    this.detail.setProperties(writeValues({ ...inputs, ...outputs }, names));
    this.detail.setInputs(writeValues(inputs, names));
  }
}

/** Adds to a failure that left a resource behind what the program wanted of it. */
export async function withInputs<T>(work: Promise<T>, inputs: Values, secrets: Iterable<string>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof IncompleteError) throw new KeptResource(error, inputs, secrets);
    throw error;
  }
}

/** A failure as gRPC tells it. Details are in the metadata, as the engine looks for them (google.rpc.Status). */
export function toServiceError(error: unknown): Partial<grpc.ServiceError> {
  const message = explainError(error);
  const metadata = new grpc.Metadata();
  if (error instanceof KeptResource) {
    const detail = new any.Any();
    detail.pack(error.detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
    const told = new status.Status();
    told.setCode(grpc.status.UNKNOWN);
    told.setMessage(message);
    told.addDetails(detail);
    metadata.add('grpc-status-details-bin', Buffer.from(told.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, message, details: message, metadata };
}
