import { onViolation } from '../../platform/db/constraint.ts';
import type { Db } from '../../platform/db/database.ts';
import { type ProjectService, projectErrors } from '../projects/index.ts';
import { type CanvasPosition, maxPositions } from './canvas.ts';
import { canvasErrors } from './canvas-errors.ts';
import { countPositions, deletePositions, listPositions, putPositions } from './canvas-store.ts';

export type CanvasService = ReturnType<typeof createCanvasService>;

/** Where the nodes of a project's canvases stand: the same for everybody who looks. */
export function createCanvasService({ db, projects }: { db: Db; projects: ProjectService }) {
  return {
    async list(
      organizationId: string,
      projectId: string,
      environmentId: string | undefined,
    ): Promise<{ positions: CanvasPosition[] }> {
      const environment = await projects.getEnvironmentOf(organizationId, projectId, environmentId);
      return { positions: await listPositions(db, organizationId, environment.id) };
    },

    /** The places of these nodes; the others stay where they are. @throws AppError CANVAS_FULL */
    async move(
      organizationId: string,
      projectId: string,
      environmentId: string,
      positions: readonly CanvasPosition[],
    ): Promise<void> {
      const environment = await projects.getEnvironmentOf(organizationId, projectId, environmentId);
      const put = () =>
        db.transaction().execute(async (trx) => {
          await putPositions(trx, organizationId, environment.id, positions);
          if ((await countPositions(trx, organizationId, environment.id)) > maxPositions)
            throw canvasErrors.CANVAS_FULL();
        });
      await onViolation('canvas_positions_environment_id_fkey', projectErrors.ENVIRONMENT_NOT_FOUND, put);
    },

    /** Forgets all places: the canvas lays itself out again. */
    async reset(organizationId: string, projectId: string, environmentId: string | undefined): Promise<void> {
      const environment = await projects.getEnvironmentOf(organizationId, projectId, environmentId);
      await deletePositions(db, organizationId, environment.id);
    },
  };
}
