import { MutationCache, type QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-client.ts';
import { connection } from './connection.ts';
import { isForbidden, isSignedOut, secondsLimited } from './explain-error.ts';
import { FreshQueryClient } from './fresh-query-client.ts';
import { NetworkError } from './network-error.ts';
import { notify, notifyFailure } from './notices.ts';
import { queryKeys } from './query-keys.ts';

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** Shown with the reason when it fails: 'The project was not renamed'. Leave out where a form shows it. */
      failure?: string;
      /** Shown when it is done. */
      success?: string;
    };
  }
}

const MOST_RETRIES = 2;

/** A refusal stays one; what got no answer, came too often, or is a fault of the server's may go better the next time. */
export function mayRetry(failures: number, error: unknown): boolean {
  if (failures >= MOST_RETRIES) return false;
  if (error instanceof NetworkError || secondsLimited(error) !== undefined) return true;
  return error instanceof ApiError && error.status >= 500;
}

/** Milliseconds before a question is asked again: as many as the server asks for, where it does. */
export function retryDelay(attempt: number, error: unknown): number {
  const limited = secondsLimited(error);
  return limited === undefined ? Math.min(500 * 2 ** attempt, 4000) : limited * 1000;
}

export function createQueryClient(): QueryClient {
  const client = new FreshQueryClient({
    defaultOptions: {
      queries: {
        // The stream of a project says what changed; this is for what has none.
        staleTime: 10_000,
        gcTime: 10 * 60_000,
        retry: mayRetry,
        retryDelay,
        refetchOnWindowFocus: true,
      },
      // A click that is done minutes later, when davit is back, would surprise: it fails now, with the reason.
      mutations: { retry: false, networkMode: 'always' },
    },
    mutationCache: new MutationCache({
      onError(error, _variables, _context, mutation) {
        const { failure } = mutation.meta ?? {};
        if (failure !== undefined && !isSignedOut(error)) notifyFailure(failure, error);
        // Offered but not allowed: the role is another one than the page knows.
        if (isForbidden(error)) void client.invalidateQueries({ queryKey: queryKeys.me(), exact: true });
      },
      onSuccess(_data, _variables, _context, mutation) {
        const { success } = mutation.meta ?? {};
        if (success !== undefined) notify({ tone: 'success', title: success });
      },
    }),
  });
  // What was missed while davit was away is not known: look at all that is on the page.
  connection.onBack(() => void client.invalidateQueries());
  return client;
}
