import { ApiError, type Problem, UnreachableError } from '@davit/api';
import { expect, test } from 'vitest';
import { explainError } from './explain-error.ts';

const problem: Problem = {
  type: 'urn:davit:error:X',
  title: 'Bad request',
  status: 400,
  detail: 'The request has a wrong field.',
  code: 'INVALID_INPUT',
  hint: 'Correct it.',
  requestId: 'req_1',
  errors: [{ pointer: '/name', detail: 'must be lower case \u001b[2J' }],
};

test('a problem is a sentence, its fields, what to do, and the request', () => {
  expect(explainError(new ApiError(problem))).toMatchObject({
    exitCode: 2,
    message: 'The request has a wrong field.',
    hint: 'Correct it.',
    lines: ['  /name: must be lower case '],
    details: { requestId: 'req_1', code: 'INVALID_INPUT' },
  });
});

test.each([
  [400, 2],
  [401, 3],
  [403, 3],
  [404, 4],
  [409, 1],
  [413, 2],
  [422, 2],
  [429, 1],
  [499, 5],
  [500, 1],
  [503, 1],
])('status %i ends with exit code %i', (status, exitCode) => {
  expect(explainError(new ApiError({ ...problem, status })).exitCode).toBe(exitCode);
});

test('a server that is not there is told with its address and how to start one', () => {
  const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const report = explainError(new UnreachableError('http://127.0.0.1:4000', new TypeError('fetch failed', { cause })));
  expect(report.message).toBe('http://127.0.0.1:4000 cannot be reached (ECONNREFUSED).');
  expect(report.hint).toContain('davit up');
});

test('an error of the system is a sentence with the path', () => {
  const error = Object.assign(new Error('EACCES: …'), { code: 'EACCES', syscall: 'open', path: '/etc/shadow' });
  expect(explainError(error)).toMatchObject({ exitCode: 1, message: 'Permission denied: /etc/shadow.' });
});

test('a fault of the command itself says so, and where', () => {
  const report = explainError(new TypeError('x is undefined'));
  expect(report.message).toContain('x is undefined');
  expect(report.hint).toContain('report');
  expect(report.lines.length).toBeGreaterThan(0);
});
