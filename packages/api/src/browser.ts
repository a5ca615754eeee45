/** What a browser may load of this package: the types, errors and readers of answers, nothing of Node. */
export { eachItem, unwrap } from './answer.ts';
export { ApiError, type Problem, toApiError } from './api-error.ts';
export type { operations, paths } from './openapi.gen.d.ts';
export type { Schemas } from './schemas.ts';
