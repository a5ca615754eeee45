import { createObservable, type Observable } from './observable.ts';

/**
 * What a session is at: `none` before anybody signed in on this page, `expired` when the one that was there ended by itself.
 */
export type SessionState = 'none' | 'open' | 'expired';

/** Holds back calls of an expired session until the user has signed in again, so that nothing that was typed is lost. */
export interface SessionGate extends Observable<SessionState> {
  /** Somebody is signed in: what waits goes on. */
  open: () => void;
  /** Nobody is: what waits gives up. */
  close: () => void;
  /** The server no longer knows the session. Resolves with whether the call may be made again. */
  waitForSession: () => Promise<boolean>;
}

export function createSessionGate(): SessionGate {
  const state = createObservable<SessionState>('none');
  let waiting = Promise.withResolvers<boolean>();

  function settle(next: SessionState, mayGoOn: boolean): void {
    state.set(next);
    waiting.resolve(mayGoOn);
    waiting = Promise.withResolvers<boolean>();
  }

  return {
    get: state.get,
    subscribe: state.subscribe,
    open: () => settle('open', true),
    close: () => settle('none', false),
    waitForSession() {
      // Never signed in here: there is nothing to keep, the sign-in page is the place to go.
      if (state.get() === 'none') return Promise.resolve(false);
      state.set('expired');
      return waiting.promise;
    },
  };
}

/** The gate of this page. */
export const sessionGate: SessionGate = createSessionGate();
