import { z } from 'zod';

/** Canvas units, about pixels at full size; far beyond any canvas that a person can use. */
const coordinate = z.number().min(-1_000_000).max(1_000_000);

/** Any id of davit's: which nodes a canvas has is its own business, and new kinds come without a change here. */
const nodeId = z.string().regex(/^[a-z]{2,8}_[0-9a-z]{1,64}$/, 'must be the id of something on the canvas');

export const canvasPositionSchema = z
  .strictObject({ nodeId: z.string(), x: z.number(), y: z.number() })
  .meta({ id: 'CanvasPosition' });
export type CanvasPosition = z.infer<typeof canvasPositionSchema>;

export const canvasSchema = z.strictObject({ positions: z.array(canvasPositionSchema) }).meta({ id: 'Canvas' });

export const moveNodesBody = z
  .strictObject({
    environmentId: z.string(),
    positions: z
      .array(z.strictObject({ nodeId, x: coordinate, y: coordinate }))
      .min(1)
      .max(1000),
  })
  .meta({ id: 'MoveNodes' });

/** Most nodes of one environment whose place is kept. */
export const maxPositions = 5000;
