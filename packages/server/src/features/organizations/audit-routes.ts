import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { type AuditFilter, type AuditLog, auditEntrySchema, auditFilter } from './audit-log.ts';
import { requireOwnOrganization } from './organization-service.ts';

const query = pageQuery.extend(auditFilter.shape);
const response = page(auditEntrySchema);

/** Who did what: in an organization, for its admins; in none, for who operates the installation. */
export function registerAuditRoutes(app: FastifyInstance, { audit }: { audit: Pick<AuditLog, 'list'> }): void {
  async function listPage(organizationId: string | null, asked: z.output<typeof query>) {
    const { cursor, limit, ...filter } = asked;
    const rows = await audit.list(organizationId, limit + 1, decodeCursor(cursor), filter satisfies AuditFilter);
    return toPage(rows, limit, ({ id }) => id);
  }

  route(app, {
    method: 'GET',
    path: '/v1/organizations/:id/audit-log',
    tag: 'organizations',
    operationId: 'listAuditLog',
    summary: 'Who did what, newest first',
    policy: { role: 'admin' },
    params: z.strictObject({ id: z.string() }),
    query,
    response,
    async handle({ params: { id }, query: asked, principal }) {
      requireOwnOrganization(principal, id);
      return await listPage(id, asked);
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/platform/audit-log',
    tag: 'platform',
    operationId: 'listPlatformAuditLog',
    summary:
      "What is in no organization's audit log, newest first: who is nobody known was refused, what davit did by itself",
    policy: { role: 'viewer', scope: 'admin', operator: true },
    query,
    response,
    handle: ({ query: asked }) => listPage(null, asked),
  });
}
