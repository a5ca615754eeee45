/**
 * A restart policy that says that davit is ending the container, to take it away when it has ended. An engine keeps nothing else that
 * can be changed about a container in place; so whoever is killed in between leaves one that is known for what it is, and the engine
 * takes none for stopped by somebody else. It differs from those that services have, and restarts what ends by itself, as they do.
 */
export const endingMark = { Name: 'on-failure', MaximumRetryCount: 999_999_999 } as const;

/** Whether davit was ending the container with this restart policy. */
export const isMarkedEnding = ({ Name, MaximumRetryCount }: { Name: string; MaximumRetryCount: number }): boolean =>
  Name === endingMark.Name && MaximumRetryCount === endingMark.MaximumRetryCount;
