import { AppError } from '../../kernel/app-error.ts';
import { type InstanceFilter, type RootKind, type Runtime, type RuntimeInstance, rootKinds } from './runtime.ts';

export interface AnsweringInstances {
  readonly seen: readonly RuntimeInstance[];
  /** Why the rest cannot be seen now; undefined when `seen` are all. */
  readonly away: AppError | undefined;
}

/**
 * The instances of this machine that can be seen while what runs some kind of them is away: without a container engine, plain
 * processes are still there.
 *
 * @throws whatever is no `away`
 */
export async function listAnswering(
  runtime: Pick<Runtime, 'list'>,
  signal: AbortSignal,
  kinds: readonly RootKind[] = rootKinds,
  filter: Pick<InstanceFilter, 'serviceId'> = {},
): Promise<AnsweringInstances> {
  const lists = await Promise.allSettled(kinds.map((kind) => runtime.list(signal, { ...filter, kind })));
  const failures = lists.flatMap((list) => (list.status === 'rejected' ? [list.reason as unknown] : []));
  const isAway = (error: unknown): error is AppError => error instanceof AppError && error.away;
  const hard = failures.find((error) => !isAway(error));
  if (hard !== undefined) throw hard;
  return {
    seen: lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : [])),
    away: failures.find(isAway),
  };
}
