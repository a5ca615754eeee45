import { type InvalidateOptions, type InvalidateQueryFilters, type Query, QueryClient } from '@tanstack/react-query';

/**
 * A query client for which an invalidation also counts while a query is asked for the first time. TanStack Query begins a query anew
 * only when it has had an answer; else it takes the one under way for new, although that may have been made before the change.
 */
export class FreshQueryClient extends QueryClient {
  readonly #askedAgain = new WeakSet<Query>();

  override async invalidateQueries(filters?: InvalidateQueryFilters, options?: InvalidateOptions): Promise<void> {
    const unanswered = this.getQueryCache()
      .findAll(filters)
      .filter(({ state }) => state.data === undefined && state.fetchStatus !== 'idle');
    for (const query of unanswered) this.#askAgain(query, filters?.refetchType);
    await super.invalidateQueries(filters, options);
  }

  /** Once, however often it was invalidated meanwhile. */
  #askAgain(query: Query, refetchType: InvalidateQueryFilters['refetchType']): void {
    if (this.#askedAgain.has(query)) return;
    this.#askedAgain.add(query);
    const { queryKey } = query;
    query.promise?.then(
      () => {
        this.#askedAgain.delete(query);
        void this.invalidateQueries({ queryKey, exact: true, ...(refetchType !== undefined && { refetchType }) });
      },
      () => this.#askedAgain.delete(query),
    );
  }
}
