import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { noContent } from '../../platform/http/operation-schema.ts';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import type { Actor } from './actor.ts';
import type { InvitationService } from './invitation-service.ts';
import type { MemberService } from './member-service.ts';
import {
  createdInvitationSchema,
  createInvitationBody,
  invitationSchema,
  memberSchema,
  organizationName,
  organizationSchema,
  roleSchema,
} from './organization.ts';
import type { OrganizationService } from './organization-service.ts';

export interface OrganizationRouteDependencies {
  organizations: OrganizationService;
  members: MemberService;
  invitations: InvitationService;
}

const tag = 'organizations';
const params = z.strictObject({ id: z.string() });
const memberParams = z.strictObject({ id: z.string(), userId: z.string() });
const invitationParams = z.strictObject({ id: z.string(), invitationId: z.string() });
const nameBody = z.strictObject({ name: organizationName });

function actorOf({ principal, request }: { principal: Principal; request: FastifyRequest }): Actor {
  return { principal, address: request.ip };
}

/** `/v1/organizations` with members and invitations. */
export function registerOrganizationRoutes(app: FastifyInstance, dependencies: OrganizationRouteDependencies): void {
  registerOrganizations(app, dependencies.organizations);
  registerMembers(app, dependencies.members);
  registerInvitations(app, dependencies.invitations);
}

function registerOrganizations(app: FastifyInstance, organizations: OrganizationService): void {
  route(app, {
    method: 'GET',
    path: '/v1/organizations',
    tag,
    operationId: 'listOrganizations',
    summary: 'List the organizations you are a member of',
    policy: { role: 'viewer' },
    query: pageQuery,
    response: page(organizationSchema),
    async handle({ query, principal }) {
      const rows = await organizations.list(principal, query.limit, decodeCursor(query.cursor));
      return toPage(rows, query.limit, ({ id }) => id);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/organizations',
    tag,
    operationId: 'createOrganization',
    summary: 'Create an organization that you own',
    policy: { role: 'viewer', scope: 'admin' },
    body: nameBody,
    response: organizationSchema,
    status: 201,
    handle: (call) => organizations.create(actorOf(call), call.body.name),
  });

  route(app, {
    method: 'GET',
    path: '/v1/organizations/:id',
    tag,
    operationId: 'getOrganization',
    summary: 'Get the organization you act in',
    policy: { role: 'viewer' },
    params,
    response: organizationSchema,
    handle: (call) => organizations.get(call.principal, call.params.id),
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/organizations/:id',
    tag,
    operationId: 'updateOrganization',
    summary: 'Rename an organization',
    policy: { role: 'admin' },
    params,
    body: nameBody,
    response: organizationSchema,
    handle: (call) => organizations.rename(actorOf(call), call.params.id, call.body.name),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/organizations/:id',
    tag,
    operationId: 'deleteOrganization',
    summary: 'Delete an organization that has no projects any more, with its members and its audit log',
    policy: { role: 'owner' },
    params,
    response: noContent,
    status: 204,
    handle: (call) => organizations.delete(actorOf(call), call.params.id),
  });
}

function registerMembers(app: FastifyInstance, members: MemberService): void {
  route(app, {
    method: 'GET',
    path: '/v1/organizations/:id/members',
    tag,
    operationId: 'listMembers',
    summary: 'List the members of an organization',
    policy: { role: 'viewer' },
    params,
    query: pageQuery,
    response: page(memberSchema),
    async handle({ params: { id }, query, principal }) {
      const rows = await members.list(principal, id, query.limit, decodeCursor(query.cursor));
      return toPage(rows, query.limit, ({ userId }) => userId);
    },
  });

  route(app, {
    method: 'PATCH',
    path: '/v1/organizations/:id/members/:userId',
    tag,
    operationId: 'updateMember',
    summary: "Change a member's role",
    policy: { role: 'admin' },
    params: memberParams,
    body: z.strictObject({ role: roleSchema }),
    response: memberSchema,
    handle: (call) => members.changeRole(actorOf(call), call.params.id, call.params.userId, call.body.role),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/organizations/:id/members/:userId',
    tag,
    operationId: 'removeMember',
    summary: 'Remove a member (needs admin), or leave the organization yourself',
    policy: { role: 'viewer', scope: 'admin' },
    params: memberParams,
    response: noContent,
    status: 204,
    handle: (call) => members.remove(actorOf(call), call.params.id, call.params.userId),
  });
}

function registerInvitations(app: FastifyInstance, invitations: InvitationService): void {
  route(app, {
    method: 'GET',
    path: '/v1/organizations/:id/invitations',
    tag,
    operationId: 'listInvitations',
    summary: 'List open invitations, newest first',
    policy: { role: 'admin' },
    params,
    query: pageQuery,
    response: page(invitationSchema),
    async handle({ params: { id }, query, principal }) {
      const rows = await invitations.list(principal, id, query.limit, decodeCursor(query.cursor));
      return toPage(rows, query.limit, (row) => row.id);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/organizations/:id/invitations',
    tag,
    operationId: 'createInvitation',
    summary: 'Invite somebody; the token is shown this once',
    policy: { role: 'admin' },
    params,
    body: createInvitationBody,
    response: createdInvitationSchema,
    status: 201,
    handle: (call) => invitations.create(actorOf(call), call.params.id, call.body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/organizations/:id/invitations/:invitationId',
    tag,
    operationId: 'revokeInvitation',
    summary: 'Revoke an open invitation',
    policy: { role: 'admin' },
    params: invitationParams,
    response: noContent,
    status: 204,
    handle: (call) => invitations.revoke(actorOf(call), call.params.id, call.params.invitationId),
  });
}
