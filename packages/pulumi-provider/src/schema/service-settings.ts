import { apiSchema } from './api-schema.ts';
import { writable } from './json-schema.ts';

/** JSON Schema of a service's settings as a program writes them. */
export const serviceSettings = writable(apiSchema('ServiceSettings'));
