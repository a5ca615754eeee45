/** More unknown names a second than this come from somebody who tries them. */
const UNKNOWN_A_SECOND = 50;

/** Counts the names that a proxy before this one asked about in vain. */
export interface UnknownNames {
  /** Counts one more; whether it is one too many. */
  add(): boolean;
}

export function createUnknownNames(): UnknownNames {
  let startedAt = Number.NEGATIVE_INFINITY;
  let names = 0;
  return {
    add() {
      const now = performance.now();
      if (now - startedAt >= 1000) {
        startedAt = now;
        names = 0;
      }
      names += 1;
      return names > UNKNOWN_A_SECOND;
    },
  };
}
