import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { createDomainBody, domainSchema, updateDomainBody } from './domain.ts';
import type { DomainService } from './domain-service.ts';

const tag = 'domains';
const params = z.strictObject({ id: z.string() });

/** Domains of services. */
export function registerDomainRoutes(app: FastifyInstance, { domains }: { domains: DomainService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/services/:id/domains',
    tag,
    operationId: 'listDomains',
    summary: 'List the domains of a service, oldest first, each with what is seen of it and what to change',
    policy: { role: 'viewer' },
    params,
    query: pageQuery,
    response: page(domainSchema),
    async handle({ params: { id }, query: { limit, cursor }, principal }) {
      const rows = await domains.list(principal.organizationId, id, { limit, after: decodeCursor(cursor) });
      return toPage(rows, limit, (domain) => domain.id);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/services/:id/domains',
    tag,
    operationId: 'createDomain',
    summary: 'Add a domain to a service; it is served once its DNS shows that it is yours',
    policy: { role: 'developer' },
    params,
    body: createDomainBody,
    response: domainSchema,
    status: 201,
    handle: ({ params: { id }, body, principal }) => domains.add(principal, id, body),
  });

  route(app, {
    method: 'GET',
    path: '/v1/domains/:id',
    tag,
    operationId: 'getDomain',
    summary: 'Get a domain',
    policy: { role: 'viewer' },
    params,
    response: domainSchema,
    handle: ({ params: { id }, principal }) => domains.get(principal.organizationId, id),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/domains/:id',
    tag,
    operationId: 'updateDomain',
    summary: 'Change where a domain sends requests on to; takes effect at once',
    policy: { role: 'developer' },
    params,
    body: updateDomainBody,
    response: domainSchema,
    handle: ({ params: { id }, body, principal }) => domains.update(principal.organizationId, id, body),
  });

  route(app, {
    method: 'POST',
    path: '/v1/domains/:id/verify',
    tag,
    operationId: 'verifyDomain',
    summary: 'Look at the DNS and the certificate of a domain now',
    policy: { role: 'developer' },
    params,
    response: z.strictObject({ runId: z.string() }),
    status: 202,
    handle: ({ params: { id }, principal }) => domains.verify(principal, id),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/domains/:id',
    tag,
    operationId: 'deleteDomain',
    summary: 'Remove a domain; it is no longer served',
    policy: { role: 'developer' },
    params,
    response: z.undefined(),
    status: 204,
    handle: ({ params: { id }, principal }) => domains.remove(principal.organizationId, id),
  });
}
