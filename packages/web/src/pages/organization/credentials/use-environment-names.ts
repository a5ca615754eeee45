import { useProjects } from '../../../data/use-projects.ts';

/** All environments of the organization, as `project / environment`, by id. */
export function useEnvironmentNames(): ReadonlyMap<string, string> {
  const { data: projects } = useProjects();
  return new Map(
    (projects ?? []).flatMap((project) =>
      project.environments.map((environment) => [environment.id, `${project.name} / ${environment.name}`] as const),
    ),
  );
}
