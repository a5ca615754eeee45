import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import {
  createEnvironmentBody,
  createProjectBody,
  environmentSchema,
  projectSchema,
  updateProjectBody,
} from './project.ts';
import type { ProjectService } from './project-service.ts';

const projectParams = z.strictObject({ id: z.string() });
const environmentParams = z.strictObject({ id: z.string(), environmentId: z.string() });

/** `/v1/projects` and the environments in them. */
export function registerProjectRoutes(app: FastifyInstance, { projects }: { projects: ProjectService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/projects',
    tag: 'projects',
    operationId: 'listProjects',
    summary: 'List projects, newest first',
    policy: { role: 'viewer' },
    query: pageQuery,
    response: page(projectSchema),
    async handle({ query, principal }) {
      const rows = await projects.list(principal.organizationId, query.limit, decodeCursor(query.cursor));
      return toPage(rows, query.limit, ({ id }) => id);
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
    summary: 'Delete a project that has no services',
    policy: { role: 'admin' },
    params: projectParams,
    response: z.undefined(),
    status: 204,
    async handle({ params, principal }) {
      await projects.delete(principal.organizationId, params.id);
    },
  });

  registerEnvironmentRoutes(app, projects);
}

function registerEnvironmentRoutes(app: FastifyInstance, projects: ProjectService): void {
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
    method: 'DELETE',
    path: '/v1/projects/:id/environments/:environmentId',
    tag: 'projects',
    operationId: 'deleteEnvironment',
    summary: 'Delete an environment that has no services',
    policy: { role: 'admin' },
    params: environmentParams,
    response: z.undefined(),
    status: 204,
    async handle({ params, principal }) {
      await projects.deleteEnvironment(principal.organizationId, params.id, params.environmentId);
    },
  });
}
