import { explainError, fieldSentences } from './explain-error.ts';

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
  const description = [title, ...fieldSentences(error), hint].join(' ');
  notify({ tone: 'danger', title: what, description, ...(requestId === undefined ? {} : { requestId }) });
}
