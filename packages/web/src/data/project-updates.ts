import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { heardRuns } from './heard-runs.ts';
import { type OverviewSteps, outdatedBy, type ProjectChange, patchOverview } from './project-change.ts';
import { queryKeys } from './query-keys.ts';

export interface ProjectUpdates {
  apply: (change: ProjectChange) => void;
  /** What was missed is not known: everything of the project is asked again. */
  reset: () => void;
  stop: () => void;
}

export interface ProjectUpdateOptions {
  client: QueryClient;
  projectId: string;
  /** Changes come in bursts; this long is waited for more before anything is asked. */
  gatherMs?: number;
  /** The overview is asked for at most this often. */
  overviewMs?: number;
}

/** Brings what the stream of a project says into what is on the page, asking for no more than that. */
export function createProjectUpdates(options: ProjectUpdateOptions): ProjectUpdates {
  const { client, projectId, gatherMs = 100, overviewMs = 1000 } = options;
  const outdated = new Map<string, QueryKey>();
  let isOverviewOutdated = false;
  let overviewAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let overviewTimer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    const keys = [...outdated.values()];
    outdated.clear();
    for (const queryKey of keys) {
      // What lies below a project or a service has changes of its own; below variables lie their history and what refers to them.
      const exact = queryKey[0] === 'service' ? queryKey.length === 2 : !WITH_ALL_BELOW.has(String(queryKey[0]));
      void client.invalidateQueries({ queryKey, exact });
    }
    if (isOverviewOutdated && overviewTimer === undefined) {
      overviewTimer = setTimeout(flushOverview, Math.max(0, overviewAt + overviewMs - Date.now()));
    }
  }

  function flushOverview(): void {
    overviewTimer = undefined;
    isOverviewOutdated = false;
    overviewAt = Date.now();
    void client.invalidateQueries({ queryKey: queryKeys.overviews(projectId) });
  }

  function refetchAll(): void {
    void client.invalidateQueries({ queryKey: queryKeys.project(projectId) });
    void client.invalidateQueries({ predicate: ({ queryKey }) => OF_A_PROJECT.has(String(queryKey[0])) });
  }

  return {
    apply(change) {
      const { overview, keys } = outdatedBy(projectId, change);
      for (const key of keys) outdated.set(hashKey(key), key);
      isOverviewOutdated ||= overview;
      if (change.run !== undefined) {
        heardRuns.hear(change);
        client.setQueriesData<OverviewSteps>({ queryKey: queryKeys.overviews(projectId) }, (before) =>
          before === undefined ? before : patchOverview(before, change),
        );
      }
      timer ??= setTimeout(flush, gatherMs);
    },
    reset: refetchAll,
    stop() {
      clearTimeout(timer);
      clearTimeout(overviewTimer);
    },
  };
}

/** The first parts of keys whose change concerns all that lies below them. */
const WITH_ALL_BELOW = new Set(['environment', 'cloud-resource', 'resource-users']);

/** The first parts of keys of what belongs to some project. */
const OF_A_PROJECT = new Set([
  'service',
  'environment',
  'cloud-resource',
  'resource-users',
  'deployment',
  'run',
  'projects',
]);
