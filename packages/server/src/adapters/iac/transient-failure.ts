/**
 * What providers and networks say of a failure that passes by itself. The list is closed: what is not in it is final, since
 * to try again what can never succeed only hides the reason for longer.
 */
const transientPatterns: readonly RegExp[] = [
  // Too much was asked for at once.
  /\bThrottl(?:ing|ed)(?:Exception)?\b/,
  /\b(?:Request)?(?:Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequests(?:Exception)?|SlowDown)\b/,
  /\b(?:rate ?limit(?:ing)? (?:was )?exceeded|rateLimitExceeded|userRateLimitExceeded|too many requests)\b/i,
  // The provider itself failed, and says so.
  /\b(?:InternalError|InternalServerError|InternalFailure|ServiceUnavailable(?:Exception)?|backendError)\b/,
  /\b(?:status(?: ?code)?|HTTP(?:\/[\d.]+)?|googleapi: Error|error code)[:= ]+(?:429|500|502|503|504)\b/i,
  /\b(?:502 Bad Gateway|503 Service (?:Temporarily )?Unavailable|504 Gateway Time-?out)\b/i,
  // The connection broke off. One that is refused is left out: mostly nothing listens at an address that is wrong.
  /\b(?:ECONNRESET|ETIMEDOUT|EPIPE|EAI_AGAIN|socket hang up)\b/,
  /\b(?:connection reset by peer|TLS handshake timeout|i\/o timeout|unexpected EOF|http2: client connection lost)\b/,
  /\btemporary failure in name resolution\b/i,
  // Somebody who is gone by now had the stack.
  /\bthe stack is currently locked by\b/,
];

/** What Pulumi says of every failure: it tells nothing of the cause. */
const withoutCause = /^(?:(?:update|preview|refresh|destroy|import) failed|(?:update|preview) canceled)\.?$/i;

/** Whether all that was said of a failure names a cause that passes. Nothing said is no such cause. */
export function isTransientFailure(errors: readonly string[]): boolean {
  const causes = errors.map((error) => error.trim()).filter((error) => error !== '' && !withoutCause.test(error));
  return causes.length > 0 && causes.every((cause) => transientPatterns.some((pattern) => pattern.test(cause)));
}
