import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';

export type Project = Schemas['Project'];
/** A project as the list has it. */
export type ProjectSummary = Schemas['ProjectSummary'];

/** All projects of the organization, with their health. */
const projectsQuery = queryOptions({
  queryKey: queryKeys.projects(),
  queryFn: async ({ signal }) => {
    const items = [];
    for (let cursor: string | undefined; ; ) {
      const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) };
      const page = await unwrap(api.GET('/v1/projects', { params: { query }, signal }));
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = page.nextCursor;
    }
  },
  // No stream tells of all projects at once; their health is looked at while the list is open.
  refetchInterval: 10_000,
});

export function useProjects() {
  return useQuery(projectsQuery);
}

function projectQuery(projectId: string) {
  return queryOptions({
    queryKey: queryKeys.project(projectId),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/projects/{id}', { params: { path: { id: projectId } }, signal })),
    staleTime: 60_000,
  });
}

export function useProject(projectId: string) {
  return useQuery(projectQuery(projectId));
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'createProject'>) => unwrap(api.POST('/v1/projects', { body })),
    onSuccess(project) {
      client.setQueryData(queryKeys.project(project.id), project);
      return client.invalidateQueries({ queryKey: queryKeys.projects() });
    },
  });
}

/** Renames a project or changes its description; shown at once, taken back with the reason when it is refused. */
export function useUpdateProject(projectId: string) {
  const client = useQueryClient();
  const key = queryKeys.project(projectId);
  return useMutation({
    mutationFn: (body: Body<'updateProject'>) =>
      unwrap(api.PATCH('/v1/projects/{id}', { params: { path: { id: projectId } }, body })),
    meta: { failure: 'The project was not changed' },
    async onMutate(change) {
      await client.cancelQueries({ queryKey: key, exact: true });
      const before = client.getQueryData<Project>(key);
      client.setQueryData<Project>(key, (project) => project && { ...project, ...change });
      return { before };
    },
    onError: (_error, _change, context) => client.setQueryData(key, context?.before),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: key, exact: true }),
        client.invalidateQueries({ queryKey: queryKeys.projects() }),
      ]),
  });
}

/** Deletes a project and all its services: a run does it, and the project is gone from the list once that is done. */
export function useDeleteProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (projectId: string) =>
      unwrap(api.DELETE('/v1/projects/{id}', { params: { path: { id: projectId }, query: { cascade: 'true' } } })),
    meta: { success: 'The project is being deleted' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.projects() }),
  });
}
