import { AppError } from '../../kernel/app-error.ts';
import type { Db } from '../../platform/db/database.ts';
import { defineRunKind, type RunContext, type RunKind, type RunStep } from '../../platform/runs/run-kind.ts';
import { type CancelRun, cancelRuns, type ServiceRemoval } from '../deployments/index.ts';
import type { ProjectService } from '../projects/index.ts';
import { listBusyRuns } from './busy-runs.ts';
import { type DeletionInput, deletionInput } from './deletion.ts';
import { deletionErrors } from './deletion-errors.ts';
import { listServicesIn, markServicesDeleted } from './deletion-store.ts';

export interface DeletionRunDependencies {
  db: Db;
  projects: ProjectService;
  removal: ServiceRemoval;
  /** A kind is made before its engine is. */
  readonly cancelRun: CancelRun;
  /** How long runs under way may take to end once they were canceled. */
  endWithinMs?: number;
}

type Context = RunContext<DeletionInput>;
type Service = { id: string; name: string };

const hour = 60 * 60_000;
const askEveryMs = 250;
/** Services that are removed at once: each waits for its instances to end, which costs next to nothing. */
const atOnce = 8;

function tenantOf({ organizationId }: Context): string {
  if (organizationId === null) throw new Error('a deletion without an organization');
  return organizationId;
}

/** Does the work for each of them, a few at a time. A failure begins no more, and is thrown when the others are done. */
async function forEach(services: readonly Service[], work: (service: Service) => Promise<void>): Promise<void> {
  const rest = services.values();
  let failure: { cause: unknown } | undefined;
  async function next(): Promise<void> {
    for (const service of rest) {
      if (failure !== undefined) return;
      await work(service).catch((cause: unknown) => {
        failure ??= { cause };
      });
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next));
  if (failure !== undefined) throw failure.cause;
}

/**
 * Kinds of run that delete a project or an environment with all of its services, each as `service.delete` does. In the run
 * itself, not as runs that it waits for: with few workers these would wait for the place that it takes.
 */
export function createDeletionRunKinds(dependencies: DeletionRunDependencies): RunKind<DeletionInput>[] {
  const { db, projects, removal, cancelRun, endWithinMs = 5 * 60_000 } = dependencies;

  async function endRuns(context: Context, service: Service): Promise<void> {
    const organizationId = tenantOf(context);
    const deadline = Date.now() + endWithinMs;
    for (;;) {
      const busy = await listBusyRuns(db, organizationId, service.id);
      if (busy.length === 0) return;
      if (Date.now() > deadline) {
        const kinds = busy.map(({ kind }) => kind).join(', ');
        throw deletionErrors.DELETION_WAITED_IN_VAIN({ message: `${kinds} of ${service.name} did not end in time.` });
      }
      await cancelRuns(cancelRun, organizationId, busy, null);
      context.signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
  }

  async function markedServices(context: Context): Promise<Service[]> {
    const organizationId = tenantOf(context);
    const services = await listServicesIn(db, organizationId, context.input);
    // Also those that somebody made after the deletion was asked for.
    await context.transaction((trx) =>
      markServicesDeleted(
        trx,
        organizationId,
        services.map(({ id }) => id),
      ),
    );
    return services;
  }

  async function removeService(context: Context, service: Service): Promise<void> {
    const organizationId = tenantOf(context);
    await endRuns(context, service);
    await removal.stop(organizationId, service.id, context.signal);
    await removal.clean(organizationId, service.id, context.signal);
    await context.transaction((trx) => removal.forget(trx, organizationId, service.id));
    context.output.write('system', `Service ${service.name} is deleted.`);
  }

  async function removeServices(context: Context): Promise<void> {
    await forEach(await markedServices(context), (service) => removeService(context, service));
  }

  const end: RunStep<DeletionInput> = {
    name: 'end',
    async run(context) {
      const services = await markedServices(context);
      context.output.write('system', `${services.length} service(s) to delete.`);
      await forEach(services, (service) => endRuns(context, service));
      return null;
    },
  };

  const services: RunStep<DeletionInput> = {
    name: 'services',
    maxAttempts: 5,
    async run(context) {
      await removeServices(context);
      return null;
    },
  };

  async function forget(context: Context): Promise<void> {
    const { projectId, environmentId } = context.input;
    const remove = () =>
      environmentId === null
        ? projects.delete(tenantOf(context), projectId)
        : projects.deleteEnvironment(tenantOf(context), projectId, environmentId);
    try {
      await remove();
    } catch (error) {
      const { code } = AppError.from(error);
      // Gone already: this step was begun before.
      if (code === 'PROJECT_NOT_FOUND' || code === 'ENVIRONMENT_NOT_FOUND') return;
      if (code !== 'PROJECT_NOT_EMPTY' && code !== 'ENVIRONMENT_NOT_EMPTY') throw error;
      // Somebody made another service in the meantime.
      await removeServices(context);
      await remove();
    }
  }

  const last: RunStep<DeletionInput> = {
    name: 'forget',
    async run(context) {
      await forget(context);
      return null;
    },
  };

  return ['project.delete', 'environment.delete'].map((name) =>
    defineRunKind<DeletionInput>({
      name,
      lane: 'quick',
      input: deletionInput,
      timeoutMs: hour,
      supersedesQueued: true,
      steps: [end, services, last],
    }),
  );
}
