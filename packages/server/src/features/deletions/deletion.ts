import { z } from 'zod';

/** What is deleted with everything in it. */
export const deletionInput = z.strictObject({ projectId: z.string(), environmentId: z.string().nullable() });
/** `environmentId` null: the whole project. */
export type DeletionInput = z.infer<typeof deletionInput>;
