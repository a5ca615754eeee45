import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '../../adapters/runtime/runtime.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../platform/db/database.ts';
import { createChangeListener, type RowChange } from '../../platform/events/change-listener.ts';
import { createEventHub, type HubEvent } from '../../platform/events/event-hub.ts';
import type { RunChange } from '../../platform/runs/run.ts';
import type { ProjectService } from '../projects/index.ts';
import { createInstanceWatch } from './instance-watch.ts';
import { createProjectDirectory, type Place } from './project-directory.ts';
import type { ProjectChange } from './project-event.ts';

export interface ProjectEventsOptions {
  database: Database;
  runtime: Pick<Runtime, 'list'>;
  projects: ProjectService;
  logger: Logger;
}

const retryMs = 1000;

/** Runs beside a service's own have subjects such as `SERVICE_ID:cron`. */
const ownerOf = (subject: string) => subject.split(':', 1)[0] ?? subject;

export type ProjectEvents = ReturnType<typeof createProjectEvents>;

/** Tells those who look at a project that something of it has changed, whoever changed it. */
export function createProjectEvents({ database, runtime, projects, logger }: ProjectEventsOptions) {
  const { db, pool } = database;
  const hub = createEventHub();
  const directory = createProjectDirectory();
  const stopped = new AbortController();
  /** What is heard while the directory is being read; told of to nobody, for a reset follows. */
  let unread: RowChange[] | undefined = [];
  let reading = 0;

  function publish(
    { projectId, environmentId, serviceId, cloudResourceId }: Place,
    change: Omit<ProjectChange, 'environmentId' | 'serviceId' | 'cloudResourceId'>,
  ) {
    const place = {
      ...(environmentId === undefined ? {} : { environmentId }),
      ...(serviceId === undefined ? {} : { serviceId }),
      ...(cloudResourceId === undefined ? {} : { cloudResourceId }),
    };
    hub.publish(projectId, { ...change, ...place } satisfies ProjectChange);
  }

  function hearRow(change: RowChange): void {
    if (unread !== undefined) {
      unread.push(change);
      return;
    }
    directory.hear(change);
    const { type, id, projectId, environmentId, serviceId, cloudResourceId } = change;
    const place = directory.find(cloudResourceId ?? serviceId ?? environmentId ?? projectId ?? id);
    if (place !== undefined) publish(place, { type: type as ProjectChange['type'], id });
  }

  function hearRun({ runId, kind, subject, state, step }: RunChange): void {
    const place = unread === undefined ? directory.find(ownerOf(subject)) : undefined;
    if (place === undefined) return;
    publish(place, { type: 'run', id: runId, run: { id: runId, kind, state, currentStep: step, subject } });
  }

  async function tryToRead(): Promise<boolean> {
    try {
      await directory.read(db);
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'the projects cannot be read; event streams wait');
      return false;
    }
  }

  /** After a connection was made: what is where, and a reset, since nobody knows what was missed. */
  async function readDirectory(): Promise<void> {
    const mine = ++reading;
    unread = [];
    const isCurrent = () => mine === reading && !stopped.signal.aborted;
    while (isCurrent() && !(await tryToRead()))
      await sleep(retryMs, undefined, { signal: stopped.signal }).catch(() => {});
    if (!isCurrent()) return;
    for (const change of unread) directory.hear(change);
    unread = undefined;
    hub.reset();
  }

  const listener = createChangeListener({
    pool,
    logger,
    onRowChanged: hearRow,
    onRunChanged: hearRun,
    onConnected: () => void readDirectory(),
  });
  const watch = createInstanceWatch({
    runtime,
    logger,
    onChanged(serviceId) {
      const place = directory.find(serviceId);
      if (place !== undefined) publish(place, { type: 'instances', id: serviceId });
    },
  });

  return {
    start: () => listener.start(),
    async stop(): Promise<void> {
      stopped.abort();
      await listener.stop();
    },

    /**
     * What happens to a project, until the signal is aborted; `ready` comes first: what is fetched after it misses nothing.
     * @throws AppError PROJECT_NOT_FOUND
     */
    async *follow(
      organizationId: string,
      projectId: string,
      lastEventId: string | undefined,
      signal: AbortSignal,
    ): AsyncGenerator<HubEvent, void, undefined> {
      await projects.get(organizationId, projectId);
      const close = await watch.open();
      try {
        yield* hub.follow(projectId, lastEventId, signal);
      } finally {
        close();
      }
    },
  };
}
