import { expect, test, vi } from 'vitest';
import { ApiError } from './api-client.ts';
import { explainError } from './explain-error.ts';
import { mayRetry, retryDelay } from './query-client.ts';
import { createRequestLimit } from './request-limit.ts';
import { createSessionFetch } from './session-fetch.ts';
import { createSessionGate } from './session-gate.ts';

const limited = new ApiError({
  type: 'urn:davit:error:RATE_LIMITED',
  title: 'Too many requests',
  status: 429,
  detail: 'Too many requests came from you in a short time.',
  code: 'RATE_LIMITED',
  hint: 'Wait as long as the Retry-After header says.',
  requestId: 'req_1',
  errors: [],
  details: { limit: 100, windowSeconds: 60, retryAfterSeconds: 12 },
});

test('a question that came too often is asked again when the server takes it, and not for ever', () => {
  expect([0, 1, 2].map((failures) => mayRetry(failures, limited))).toEqual([true, true, false]);
  expect(retryDelay(0, limited)).toBe(12_000);
});

test('a full disk is no limit of requests, and is not asked for again', () => {
  const full = new ApiError({ ...limited.problem, code: 'BUILD_DISK_FULL', details: {} });
  expect(mayRetry(0, full)).toBe(false);
  expect(explainError(full).hint).toBe(limited.problem.hint);
});

test('a form says in words when it may be sent again', () => {
  expect(explainError(limited)).toMatchObject({
    title: 'Too many requests came from you in a short time.',
    hint: 'Try again in 12 s.',
  });
});

test('what else the server advises is said too', () => {
  const hint = `${limited.problem.hint} Where you are signed in already you stay so.`;
  expect(explainError(new ApiError({ ...limited.problem, hint })).hint).toBe(
    'Try again in 12 s. Where you are signed in already you stay so.',
  );
});

test('the page knows until when it waits, and is told when that is over', () => {
  vi.useFakeTimers();
  try {
    const limit = createRequestLimit();
    const seen: (number | undefined)[] = [];
    limit.subscribe(() => seen.push(limit.get()));
    const now = Date.now();
    limit.report(5);
    limit.report(3);
    expect(limit.get()).toBe(now + 5000);
    vi.advanceTimersByTime(5000);
    expect(seen).toEqual([now + 5000, undefined]);
  } finally {
    vi.useRealTimers();
  }
});

test('only questions are reported: a write says so where it was made', async () => {
  const reported: number[] = [];
  const fetch = createSessionFetch({
    gate: createSessionGate(),
    onAway: () => undefined,
    onLimited: (seconds) => reported.push(seconds),
    fetch: () => Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '7' } })),
  });
  await fetch(new Request('http://davit.test/v1/projects', { method: 'POST', body: '{}' }));
  expect(reported).toEqual([]);
  await fetch(new Request('http://davit.test/v1/projects'));
  expect(reported).toEqual([7]);
});
