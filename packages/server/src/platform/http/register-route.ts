import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { rememberRequest } from './act-once.ts';
import { legacyPathOf } from './mount.ts';
import { admit, authorize, checkBody, requireOperator } from './request-checks.ts';
import type { Call, Policy, RouteFacts } from './route-definition.ts';

const guarded = new WeakSet<RouteFacts>();

/** Whether these facts were made here, so that the route has a policy and everything else that route() brings. */
export function isGuarded(facts: RouteFacts | undefined): boolean {
  return facts !== undefined && guarded.has(facts);
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export interface Registration {
  facts: RouteFacts;
  schema: NonNullable<RouteOptions['schema']>;
  bodyLimit: number | undefined;
  isStream?: boolean;
  handler: Handler;
}

/** Puts a route of any sort on the server: what is the same for all of them is done here. */
export function registerGuarded(
  app: FastifyInstance,
  { facts, schema, bodyLimit, isStream = false, handler }: Registration,
): void {
  const legacyPath = legacyPathOf(app, facts.path);
  if (legacyPath === null) return;
  guarded.add(facts);
  const context = app.httpContext;
  app.route({
    method: facts.method,
    url: legacyPath ?? facts.path,
    schema: legacyPath === undefined ? schema : { ...schema, hide: true },
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    config: { facts },
    exposeHeadRoute: facts.method === 'GET' && !isStream,
    onRequest: (request, reply) => admit(context, facts, request, reply),
    preValidation: async (request) => {
      checkBody(facts, request);
      rememberRequest(facts, request);
    },
    preHandler: async (request) => {
      authorize(facts.policy, request);
      await requireOperator(context, facts.policy, request);
    },
    handler,
  });
}

/** What every handler is given. */
export function callOf<P, Q, Who extends Policy>(request: FastifyRequest, reply: FastifyReply): Call<P, Q, Who> {
  const { params, query, principal } = request;
  return { params, query, principal: principal ?? undefined, request, reply } as unknown as Call<P, Q, Who>;
}

/**
 * Puts an rpc on the server: a POST whose protocol makes the checks, so that it can answer them in its own words. Its body is
 * not read. Only platform/rpc calls this.
 */
export function registerRpcPath(app: FastifyInstance, facts: RouteFacts, handler: Handler): void {
  guarded.add(facts);
  app.route({ method: 'POST', url: facts.path, schema: { hide: true }, config: { facts }, handler });
}
