/** What a browser may load of this package: the types, errors and readers of answers, nothing of Node. */
export { eachItem, unwrap } from './answer.ts';
export { ApiError, type Problem, toApiError } from './api-error.ts';
export type { operations, paths } from './openapi.gen.d.ts';
export type { Schemas } from './schemas.ts';
export {
  type DownloadEvent,
  nameOfUrn,
  parseStackEvent,
  type StackEvent,
  shortResourceType,
} from './stack-event.ts';
export {
  createStackProgress,
  type StackDiagnostic,
  type StackProgress,
  type StackResource,
  type StackTreeRow,
} from './stack-progress.ts';
