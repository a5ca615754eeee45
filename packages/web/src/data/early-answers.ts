/** What nobody took by then is old. */
const KEPT_MS = 10_000;

/** One that does not come is asked for again in the usual way, instead of being waited for. */
const LIMIT_MS = 20_000;

const answers = new Map<string, Promise<Response | undefined>>();

/**
 * Asks for something of the own origin before the code that needs it is there. Anything but a plain answer (nobody is signed in, the access token
 * has expired, davit is away) is dropped: whoever takes it asks again then, in the usual way.
 */
export function askEarly(path: string, fetch = globalThis.fetch): void {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const answer = fetch(path, { credentials: 'same-origin', cache: 'no-store', signal });
  const kept = answer.then(
    (response) => (response.ok ? response : undefined),
    () => undefined,
  );
  answers.set(path, kept);
  setTimeout(() => {
    if (answers.get(path) === kept) answers.delete(path);
  }, KEPT_MS);
}

/** The answer to what was asked for early, once; undefined where nothing was. */
export async function takeEarly(path: string): Promise<Response | undefined> {
  const answer = answers.get(path);
  answers.delete(path);
  return await answer;
}
