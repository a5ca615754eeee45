/**
 * What `make` made, for `ms` from when it was there: whoever asks meanwhile, or while it is being made, shares it. A failure is not
 * kept.
 */
export function keptFor<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let kept: { value: Promise<T>; until: number } | undefined;
  return () => {
    if (kept !== undefined && performance.now() < kept.until) return kept.value;
    const made = { value: make(), until: Number.POSITIVE_INFINITY };
    kept = made;
    made.value.then(
      () => void (made.until = performance.now() + ms),
      () => void (made.until = 0),
    );
    return made.value;
  };
}
