import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { httpErrors } from './http-errors.ts';
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
  unavailable?: readonly [string, ...string[]];
}

/** What any route answers 503 with. */
const ownOutages = [httpErrors.DATABASE_UNAVAILABLE, httpErrors.SERVER_STOPPING].map((make) => make().code);

/** The 503 of a route whose answer needs somebody outside: the only one that is no fault of the installation. */
function outageOf(codes: readonly string[]) {
  const code = z.enum([...ownOutages, ...codes]);
  return {
    description: `${reasons[503]} Or somebody outside is: ${codes.join(', ')}.`,
    content: { [problemContentType]: { schema: z.strictObject({ ...problemSchema.shape, code }) } },
  };
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
    ...(isPublic(policy)
      ? {}
      : {
          description: policy.operator
            ? 'For operators of the installation.'
            : `Needs the role ${policy.role} or more.`,
        }),
    ...(facts.body === 'raw' ? { consumes: [...facts.contentTypes] } : {}),
    ...(described.params === undefined ? {} : { params: described.params }),
    querystring: described.query ?? z.strictObject({}),
    ...(described.body === undefined ? {} : { body: described.body }),
    response: {
      ...Object.fromEntries(problemStatuses(facts).map((status) => [status, problem(status)])),
      ...(described.unavailable === undefined ? {} : { 503: outageOf(described.unavailable) }),
      ...response,
    },
  };
}
