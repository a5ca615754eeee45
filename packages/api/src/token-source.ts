/** Gives the token for the next request. `rejected` is one that the server has just refused: a newer one is wanted then. */
export type TokenSource = (rejected?: string) => Promise<string | undefined>;
