import type { components } from './openapi.gen.d.ts';

/** The named schemas of the API: `Schemas['Service']`. */
export type Schemas = components['schemas'];
