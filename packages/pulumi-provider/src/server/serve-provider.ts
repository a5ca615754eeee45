import grpc from '@grpc/grpc-js';
import service from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import type { Provider } from '../provider.ts';
import { createProviderService } from './provider-service.ts';

/** As Pulumi's own: a state may be large. */
const longestMessage = 400 * 1024 * 1024;

/** Listens on a loopback port of the system's choice; the engine reads it from standard output. */
export async function serveProvider(provider: Provider): Promise<{ port: number; stop(): void }> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': longestMessage,
    'grpc.max_send_message_length': longestMessage,
  });
  server.addService(
    service.ResourceProviderService,
    createProviderService(provider) as grpc.UntypedServiceImplementation,
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, stop: () => server.forceShutdown() };
}
