import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { problemSchema } from '../../src/platform/http/problem.ts';

/** The problem that a request is answered with, once it was seen that its form is right and that it tells nothing of the inside. */
export async function problemOf(app: FastifyInstance, request: object) {
  const answer = await app.inject(request);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = problemSchema.parse(answer.json());
  expect(problem.status).toBe(answer.statusCode);
  expect(answer.headers['x-request-id']).toBe(problem.requestId);
  expect(answer.body).not.toMatch(/node_modules|\.ts:|secret detail/);
  return { ...problem, headers: answer.headers };
}
