import { createObservable, type Observable } from './observable.ts';

/** When the server takes the next question of this user, as of Date.now(); undefined while it takes them all. */
export interface RequestLimit extends Observable<number | undefined> {
  /** The server has been asked too often, and takes the next one after so many seconds. */
  report: (seconds: number) => void;
}

export function createRequestLimit(): RequestLimit {
  const state = createObservable<number | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    get: state.get,
    subscribe: state.subscribe,
    report(seconds) {
      const until = Date.now() + seconds * 1000;
      if (until <= (state.get() ?? 0)) return;
      state.set(until);
      clearTimeout(timer);
      timer = setTimeout(() => state.set(undefined), seconds * 1000);
    },
  };
}

/** Of this page. */
export const requestLimit: RequestLimit = createRequestLimit();
