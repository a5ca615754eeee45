import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import {
  createEnvironmentBody,
  createProjectBody,
  deletionRunSchema,
  environmentSchema,
  type ProjectHealth,
  projectSchema,
  projectSummarySchema,
  updateEnvironmentBody,
  updateProjectBody,
} from './project.ts';
import type { ProjectService } from './project-service.ts';

const projectParams = z.strictObject({ id: z.string() });
const environmentParams = z.strictObject({ id: z.string(), environmentId: z.string() });

const deletionQuery = z.strictObject({
  cascade: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true`: a run deletes the services first (202); else nothing with services is deleted.' }),
});

/** 204 without a body; with `cascade` the handler answers 202. */
const nothingOrRun: z.ZodType<{ runId: string } | undefined> = z.undefined();

type Who = Pick<Principal, 'organizationId' | 'userId'>;

/** Deletes with all services in it, by a run: the way back to the features that know services. */
export interface ProjectDeletion {
  deleteProject(who: Who, id: string): Promise<{ runId: string }>;
  deleteEnvironment(who: Who, projectId: string, id: string): Promise<{ runId: string }>;
}

export interface ProjectRouteDependencies {
  projects: ProjectService;
  /** The health of these projects; of each that is asked for. */
  readonly healthOf: (
    organizationId: string,
    projectIds: readonly string[],
  ) => Promise<ReadonlyMap<string, ProjectHealth>>;
  deletion: ProjectDeletion;
}

const nothingInside: ProjectHealth = { services: 0, running: 0, deploying: 0, failing: 0, stopped: 0 };

/** `/v1/projects` and the environments in them. */
export function registerProjectRoutes(app: FastifyInstance, dependencies: ProjectRouteDependencies): void {
  const { projects, healthOf, deletion } = dependencies;
  route(app, {
    method: 'GET',
    path: '/v1/projects',
    tag: 'projects',
    operationId: 'listProjects',
    summary: 'List projects with the health of their services, newest first',
    policy: { role: 'viewer' },
    query: pageQuery,
    response: page(projectSummarySchema),
    async handle({ query, principal: { organizationId } }) {
      const rows = await projects.list(organizationId, query.limit, decodeCursor(query.cursor));
      const { items, nextCursor } = toPage(rows, query.limit, ({ id }) => id);
      const ids = items.map(({ id }) => id);
      const health = await healthOf(organizationId, ids);
      return { items: items.map((item) => ({ ...item, health: health.get(item.id) ?? nothingInside })), nextCursor };
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/projects',
    tag: 'projects',
    operationId: 'createProject',
    summary: 'Create a project with a production environment',
    policy: { role: 'developer' },
    body: createProjectBody,
    response: projectSchema,
    status: 201,
    handle: ({ body, principal }) => projects.create(principal.organizationId, body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/projects/:id',
    tag: 'projects',
    operationId: 'getProject',
    summary: 'Get a project',
    policy: { role: 'viewer' },
    params: projectParams,
    response: projectSchema,
    handle: ({ params, principal }) => projects.get(principal.organizationId, params.id),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/projects/:id',
    tag: 'projects',
    operationId: 'updateProject',
    summary: 'Rename or describe a project',
    policy: { role: 'developer' },
    params: projectParams,
    body: updateProjectBody,
    response: projectSchema,
    handle: ({ params, body, principal }) => projects.update(principal.organizationId, params.id, body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/projects/:id',
    tag: 'projects',
    operationId: 'deleteProject',
    summary: 'Delete a project that has no services; with `cascade`, also its services',
    policy: { role: 'admin' },
    params: projectParams,
    query: deletionQuery,
    response: nothingOrRun,
    status: 204,
    extraResponses: { 202: deletionRunSchema },
    async handle({ params, query, principal, reply }) {
      if (query.cascade === 'true') {
        reply.code(202);
        return await deletion.deleteProject(principal, params.id);
      }
      await projects.delete(principal.organizationId, params.id);
      return undefined;
    },
  });

  registerEnvironmentRoutes(app, dependencies);
}

function registerEnvironmentRoutes(app: FastifyInstance, { projects, deletion }: ProjectRouteDependencies): void {
  route(app, {
    method: 'GET',
    path: '/v1/projects/:id/environments',
    tag: 'projects',
    operationId: 'listEnvironments',
    summary: 'List the environments of a project',
    policy: { role: 'viewer' },
    params: projectParams,
    response: page(environmentSchema),
    async handle({ params, principal }) {
      const project = await projects.get(principal.organizationId, params.id);
      return { items: project.environments, nextCursor: null };
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/projects/:id/environments',
    tag: 'projects',
    operationId: 'createEnvironment',
    summary: 'Add an environment to a project',
    policy: { role: 'developer' },
    params: projectParams,
    body: createEnvironmentBody,
    response: environmentSchema,
    status: 201,
    handle: ({ params, body, principal }) => projects.createEnvironment(principal.organizationId, params.id, body),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/projects/:id/environments/:environmentId',
    tag: 'projects',
    operationId: 'updateEnvironment',
    summary: 'Rename an environment; admins also set who approves deployments in it, and how often drift is looked for',
    policy: { role: 'developer' },
    params: environmentParams,
    body: updateEnvironmentBody,
    response: environmentSchema,
    handle: ({ params: { id, environmentId }, body, principal }) =>
      projects.updateEnvironment(principal, id, environmentId, body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/projects/:id/environments/:environmentId',
    tag: 'projects',
    operationId: 'deleteEnvironment',
    summary: 'Delete an environment that has no services; with `cascade`, also its services',
    policy: { role: 'admin' },
    params: environmentParams,
    query: deletionQuery,
    response: nothingOrRun,
    status: 204,
    extraResponses: { 202: deletionRunSchema },
    async handle({ params: { id, environmentId }, query, principal, reply }) {
      if (query.cascade === 'true') {
        reply.code(202);
        return await deletion.deleteEnvironment(principal, id, environmentId);
      }
      await projects.deleteEnvironment(principal.organizationId, id, environmentId);
      return undefined;
    },
  });
}
