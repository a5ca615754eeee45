import { ApiError } from './api-client.ts';
import { explainError } from './explain-error.ts';

/** Something to tell the user at the edge of the page, whatever page that is. */
export interface Notice {
  readonly tone: 'success' | 'danger';
  readonly title: string;
  readonly description?: string;
  readonly requestId?: string;
}

type Listener = (notice: Notice) => void;

const listeners = new Set<Listener>();

/** Calls the listener with each notice from now on. @returns what ends that */
export function onNotice(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the user something. */
export function notify(notice: Notice): void {
  for (const listener of listeners) listener(notice);
}

/** Tells that something failed: what, why, what to do, and the request's id. */
export function notifyFailure(what: string, error: unknown): void {
  const { title, hint, requestId } = explainError(error);
  // Which of the fields, where it is about some: a form would show it at the field.
  const fields =
    error instanceof ApiError ? error.problem.errors.map(({ pointer, detail }) => `${pointer}: ${detail}.`) : [];
  const description = [title, ...fields, hint].join(' ');
  notify({ tone: 'danger', title: what, description, ...(requestId === undefined ? {} : { requestId }) });
}
