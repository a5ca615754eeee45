import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { problemContentType, problemSchema } from './problem.ts';
import { isPublic } from './request-checks.ts';
import type { RouteFacts } from './route-definition.ts';

/** A response with no body. */
export const noContent = z.undefined().meta({ description: 'Done; no body.' });

const reasons: Readonly<Record<number, string>> = {
  400: 'The request is wrong; `errors` names the fields.',
  401: 'Not signed in, or no longer.',
  403: 'The role or the scope of the token does not allow it.',
  404: 'It does not exist in this organization.',
  409: 'It does not fit the present state.',
  413: 'The body is too large.',
  415: 'The body is of a type that this route does not take.',
  422: 'The Idempotency-Key was used for a different request.',
  429: 'Too many tries.',
  500: 'A fault inside davit.',
  503: 'The database or another part is away for the moment.',
};

function problemStatuses(facts: RouteFacts): number[] {
  const isWrite = facts.method !== 'GET';
  return [
    400,
    ...(isPublic(facts.policy) && !isWrite ? [] : [401, 403]),
    ...(facts.path.includes(':') || isWrite ? [404] : []),
    ...(isWrite ? [409, 413, 415, 422] : []),
    429,
    500,
    503,
  ];
}

interface Described {
  tag: string;
  summary: string;
  operationId: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
}

/** What validates a route, describes it in the OpenAPI document and serializes its answers: one schema for all three. */
export function describeOperation(
  facts: RouteFacts,
  described: Described,
  response: Readonly<Record<number, unknown>>,
): FastifySchema {
  const problem = (status: number) => ({
    description: reasons[status] ?? 'Problem',
    content: { [problemContentType]: { schema: problemSchema } },
  });
  const { policy } = facts;
  return {
    tags: [described.tag],
    summary: described.summary,
    operationId: described.operationId,
    security: isPublic(policy) ? [] : [{ bearer: [] }],
    ...(isPublic(policy) ? {} : { description: `Needs the role ${policy.role} or more.` }),
    ...(facts.body === 'raw' ? { consumes: [...facts.contentTypes] } : {}),
    ...(described.params === undefined ? {} : { params: described.params }),
    querystring: described.query ?? z.strictObject({}),
    ...(described.body === undefined ? {} : { body: described.body }),
    response: { ...Object.fromEntries(problemStatuses(facts).map((status) => [status, problem(status)])), ...response },
  };
}
