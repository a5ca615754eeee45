import type { Executor } from './executor.ts';

/** Forgets every command whose id begins with `prefix`, ending those that run. */
export async function removeCommands(
  executor: Pick<Executor, 'list' | 'remove'>,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  const mine = (await executor.list(signal)).filter(({ id }) => id.startsWith(prefix));
  await Promise.all(mine.map(({ id }) => executor.remove(id, signal)));
}
