export { createDavitClient, type DavitClient, type DavitClientOptions } from './davit-client.ts';
export { CloudResourceService } from './gen/davit/v1/cloud_resource_service_pb.js';
export {
  CredentialProvider,
  CredentialProviderSchema,
} from './gen/davit/v1/credential_pb.js';
export {
  type CreateCredentialRequest,
  CreateCredentialRequestSchema,
  CredentialService,
  type UpdateCredentialRequest,
} from './gen/davit/v1/credential_service_pb.js';
export { ErrorDetailSchema } from './gen/davit/v1/error_pb.js';
export { StackStateService } from './gen/davit/v1/stack_state_service_pb.js';
export { StackUpdateService } from './gen/davit/v1/stack_update_service_pb.js';
export { ServerReflection } from './gen/grpc/reflection/v1/reflection_pb.js';
