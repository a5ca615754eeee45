/**
 * Does `work` for every item in its order, at most `limit` of them at once. When one fails no further one is begun.
 *
 * @throws the first failure, after all that were begun have ended: nothing goes on that nobody waits for
 */
export async function forEachAtMost<T>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  const waiting = items.values();
  /** The lanes take from the same items. */
  async function lane(): Promise<void> {
    for (const item of waiting) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  }
  await Promise.all(Array.from({ length: limit }, lane));
  if (failures.length > 0) throw failures[0];
}
