import { ApiError } from './api-client.ts';
import { NetworkError } from './network-error.ts';

/** A failure in words for the user. */
export interface Explanation {
  /** What happened. */
  readonly title: string;
  /** What to do about it. */
  readonly hint: string;
  /** To be found in the server's log; undefined where no request of davit's failed. */
  readonly requestId: string | undefined;
  readonly code: string | undefined;
}

/** Why something that was asked for was refused. Made to be spread on FormError. */
export interface FormFailure {
  /** What happened; undefined where nothing failed. */
  readonly message: string | undefined;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
}

/** What a dialog, or a form without fields of its own, tells of the error of its mutation: nothing while there is none. */
export function failureOf(error: unknown): FormFailure {
  if (error === null || error === undefined) return { message: undefined };
  const { title, hint, requestId } = explainError(error);
  return { message: [title, ...fieldSentences(error)].join(' '), hint, requestId };
}

/** What is wrong with which part of what was sent, a sentence each, for where it cannot be shown at a field. */
export function fieldSentences(error: unknown): readonly string[] {
  if (!(error instanceof ApiError)) return [];
  return error.problem.errors.map(({ pointer, detail }) => `${pointer}: ${detail}.`);
}

/** What to tell the user of anything that was thrown. */
export function explainError(error: unknown): Explanation {
  if (error instanceof ApiError) {
    const { message, requestId, code } = error;
    const seconds = secondsLimited(error);
    // The server's own hint begins with a header, which nobody sees here; what else it advises is for people.
    const hint = seconds === undefined ? error.hint : error.hint.replace(/^Wait [^.]*\./, `Try again in ${seconds} s.`);
    return { title: message, hint, requestId: requestId === '' ? undefined : requestId, code };
  }
  if (error instanceof NetworkError) {
    return { title: error.message, hint: error.hint, requestId: undefined, code: undefined };
  }
  if (isMissingModule(error)) {
    return {
      title: 'This page is of another version of davit than the server.',
      hint: 'davit was updated while this page was open: load it again.',
      requestId: undefined,
      code: undefined,
    };
  }
  return {
    title: 'This page has met an error of its own.',
    hint: 'Load the page again. If it comes back, report what you did, with the words below.',
    requestId: undefined,
    code: error instanceof Error ? error.message : undefined,
  };
}

/** A part of the UI that the server no longer has; each browser words it in its way. */
function isMissingModule(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|Importing a module script failed|module script/i.test(error.message)
  );
}

/** After how many seconds the server takes the next request of this user, where it has been asked too often. */
export function secondsLimited(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.code !== 'RATE_LIMITED') return undefined;
  const seconds = error.problem.details?.['retryAfterSeconds'];
  return typeof seconds === 'number' ? seconds : undefined;
}

/** Whether there is no such thing, or none that this user may know of. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Whether the user's role does not allow it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

/** Whether nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
