import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Runtime } from './adapters/runtime/runtime.ts';
import { createCanvasService, registerCanvasRoutes } from './features/canvas/index.ts';
import { createDeletionService } from './features/deletions/index.ts';
import { createExampleService, registerExampleRoutes } from './features/examples/index.ts';
import {
  createOverviewService,
  createResourceOverviewService,
  type OverviewSources,
  registerOverviewRoutes,
} from './features/overview/index.ts';
import { createProjectEvents, registerProjectEventRoutes } from './features/project-events/index.ts';
import { type ProjectService, registerProjectRoutes } from './features/projects/index.ts';
import type { UploadService } from './features/uploads/index.ts';
import type { Logger } from './kernel/logger.ts';
import type { Database } from './platform/db/database.ts';
import type { RunEngine } from './platform/runs/run-engine.ts';

export interface AppCanvasOptions extends OverviewSources {
  database: Database;
  engine: RunEngine;
  runtime: Runtime;
  projects: ProjectService;
  uploads: UploadService;
  logger: Logger;
  /** The public address of a host label. */
  readonly urlOf: (hostLabel: string) => string;
}

const examplesFolder = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** What people look at: projects, their canvases, and what changes on them. */
export function createAppCanvas(options: AppCanvasOptions) {
  const { database, engine, runtime, projects, uploads, logger } = options;
  const { db } = database;
  const overview = createOverviewService({ db, ...options });
  const resources = createResourceOverviewService({ db, ...options });
  const events = createProjectEvents({ database, runtime, projects, logger });
  const canvas = createCanvasService({ db, projects });
  const deletion = createDeletionService({ db, engine, projects });
  const examples = createExampleService({ folder: examplesFolder, uploads });
  return {
    registerRoutes(app: FastifyInstance): void {
      registerProjectRoutes(app, { projects, healthOf: (...which) => overview.healthOf(...which), deletion });
      registerOverviewRoutes(app, { overview, resources });
      registerCanvasRoutes(app, { canvas });
      registerProjectEventRoutes(app, { events });
      registerExampleRoutes(app, { examples });
    },
    start: () => events.start(),
    stop: () => events.stop(),
  };
}
