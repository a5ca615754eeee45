import type { FastifyInstance, FastifyRequest } from 'fastify';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/platform/http/http-server.ts';
import { type Principal, type Role, roles } from '../../src/platform/http/principal.ts';

/** The principal that `Authorization: Bearer ROLE` stands for on a test server. */
export function principalOf(role: Role): Principal {
  return {
    kind: 'user',
    userId: `usr_${role}`,
    organizationId: 'org_test',
    role,
    sessionId: 'ses_test',
    apiTokenId: null,
  };
}

/** Knows everybody by the name of their role. */
async function authenticateByRole(request: FastifyRequest): Promise<Principal | null> {
  const name = request.headers.authorization?.replace('Bearer ', '');
  const role = roles.find((one) => one === name);
  return role === undefined ? null : principalOf(role);
}

/** A server with these routes, closed when the test ends. */
export async function createTestHttpServer(
  register: (app: FastifyInstance) => void,
  options: Partial<HttpServerOptions> = {},
): Promise<FastifyInstance> {
  const app = await createHttpServer({ logger: silentLogger, authenticate: authenticateByRole, ...options });
  onTestFinished(() => app.close());
  register(app);
  await app.ready();
  return app;
}
