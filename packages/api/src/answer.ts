import { toApiError } from './api-error.ts';

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * What an answer carries.
 * @throws ApiError when the server refused
 */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw await toApiError(response, error);
  return data as T;
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** All items of a list, page after page. `fetchPage` is called with the cursor of each. */
export async function* eachItem<T>(fetchPage: (cursor: string | undefined) => Promise<Page<T>>): AsyncIterable<T> {
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
