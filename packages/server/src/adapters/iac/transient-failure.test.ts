import { describe, expect, test } from 'vitest';
import { isTransientFailure } from './transient-failure.ts';

describe('a failure passes by itself when it says', () => {
  test.each([
    'operation error S3: CreateBucket, api error SlowDown: Please reduce your request rate.',
    'ThrottlingException: Rate exceeded',
    'api error RequestLimitExceeded: Request limit exceeded.',
    'googleapi: Error 503: The service is currently unavailable., backendError',
    'googleapi: Error 429: Quota exceeded, rateLimitExceeded',
    'https response error StatusCode: 500, RequestID: x, InternalError: We encountered an internal error',
    'unexpected status code 502: upstream',
    '503 Service Unavailable',
    'dial tcp 10.0.0.1:443: i/o timeout',
    'read tcp: connection reset by peer',
    'Error: read ECONNRESET',
    'getaddrinfo EAI_AGAIN sts.amazonaws.com',
    'net/http: TLS handshake timeout',
    'the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end',
  ])('%s', (message) => {
    expect(isTransientFailure([message])).toBe(true);
  });
});

describe('a failure stays one when it says', () => {
  test.each([
    'SignatureDoesNotMatch: the key is wrong',
    'api error AccessDenied: Access Denied, status code: 403',
    'BucketAlreadyExists: status code: 409',
    'connect ECONNREFUSED 127.0.0.1:1',
    'no such host',
    'bucket "throttling-logs" is not valid',
    'quota of 500 instances is used up',
    'update failed',
    '',
  ])('%s', (message) => {
    expect(isTransientFailure([message])).toBe(false);
  });

  test('nothing at all', () => {
    expect(isTransientFailure([])).toBe(false);
  });
});

test('of several failures all must pass; what names no cause does not count', () => {
  expect(isTransientFailure(['SlowDown', 'update failed', 'ECONNRESET'])).toBe(true);
  expect(isTransientFailure(['SlowDown', 'AccessDenied'])).toBe(false);
});
