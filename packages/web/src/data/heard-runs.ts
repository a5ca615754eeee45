import { type OverviewSteps, type ProjectChange, patchOverview } from './project-change.ts';

/** What the stream of a project has said of runs, for answers that were asked for before it did. */
export interface HeardRuns {
  hear: (change: ProjectChange) => void;
  /** The answer that was asked for at `askedAt`, with what was heard since: it may be older than that. */
  over: <T extends OverviewSteps>(overview: T, askedAt: number) => T;
}

/** Of each service the last that was heard while a run of it went on. `now`: milliseconds from any moment on. */
export function createHeardRuns(now: () => number): HeardRuns {
  const heard = new Map<string, { readonly change: ProjectChange; readonly at: number }>();
  return {
    hear(change) {
      const { run, serviceId } = change;
      if (run === undefined || serviceId === undefined) return;
      if (run.state === 'running') heard.set(serviceId, { change, at: now() });
      else if (heard.get(serviceId)?.change.run?.id === run.id) heard.delete(serviceId);
    },
    over(overview, askedAt) {
      const later = [...heard.values()].filter(({ at }) => at >= askedAt);
      return later.reduce((result, { change }) => patchOverview(result, change), overview);
    },
  };
}

/** What this page has heard of runs. */
export const heardRuns = createHeardRuns(() => performance.now());
