export type NetworkFailure = 'offline' | 'unreachable' | 'timeout';

const words: Record<NetworkFailure, readonly [message: string, hint: string]> = {
  offline: ['This device is offline.', 'Check its network connection; davit is tried again by itself.'],
  unreachable: [
    'davit does not answer.',
    'It may be starting again, or the network in between may be down. It is tried again by itself; what you typed stays.',
  ],
  timeout: [
    'davit took too long to answer.',
    'Look whether it was done before you try again. If this goes on, the server is overloaded or its database is slow.',
  ],
};

/** A call that got no answer of davit's. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly failure: NetworkFailure;
  /** What to do about it. */
  readonly hint: string;

  constructor(failure: NetworkFailure, cause?: unknown) {
    super(words[failure][0], { cause });
    this.failure = failure;
    this.hint = words[failure][1];
  }
}
