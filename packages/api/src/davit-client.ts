import { type Client, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { CloudResourceService } from './gen/davit/v1/cloud_resource_service_pb.js';
import { CredentialService } from './gen/davit/v1/credential_service_pb.js';
import { StackUpdateService } from './gen/davit/v1/stack_update_service_pb.js';

export interface DavitClientOptions {
  /** Such as `https://davit.example.com`, without a slash at its end. */
  baseUrl: string;
  /** An API token, or an access token. */
  token: string;
}

/** davit's services, each call typed by its messages. */
export interface DavitClient {
  credentials: Client<typeof CredentialService>;
  cloudResources: Client<typeof CloudResourceService>;
  stackUpdates: Client<typeof StackUpdateService>;
}

/** For programs: calls the services of a server by the Connect protocol. What is refused is a ConnectError with an ErrorDetail. */
export function createDavitClient({ baseUrl, token }: DavitClientOptions): DavitClient {
  const signIn: Interceptor = (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
  const transport = createConnectTransport({ baseUrl, httpVersion: '1.1', interceptors: [signIn] });
  return {
    credentials: createClient(CredentialService, transport),
    cloudResources: createClient(CloudResourceService, transport),
    stackUpdates: createClient(StackUpdateService, transport),
  };
}
