import type { FastifyInstance, FastifyReply } from 'fastify';
import { noContent } from '../../platform/http/operation-schema.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { bucketOfPrincipal } from '../../platform/http/rate-buckets.ts';
import { takeTry } from '../../platform/http/request-checks.ts';
import { route } from '../../platform/http/route.ts';
import type { AccountService } from './account-service.ts';
import { changePasswordBody, meSchema, setupSchema, updateMeBody } from './auth.ts';
import type { AuthService } from './auth-service.ts';
import { countWrongPasswords, ownPasswordBucket } from './password-tries.ts';

/** Whoever found an open browser must not try passwords as fast as they are answered. */
async function limitTries(
  app: FastifyInstance,
  principal: Principal,
  reply: FastifyReply,
  act: () => Promise<void>,
): Promise<void> {
  const { signInLimiter } = app.httpContext;
  const bucket = bucketOfPrincipal(principal);
  await takeTry(signInLimiter, bucket, reply);
  await countWrongPasswords(reply, ownPasswordBucket(principal), act);
  signInLimiter.giveBack(bucket);
}

/** `/auth/setup`, `/auth/me` and `/auth/password`. */
export function registerAccountRoutes(
  app: FastifyInstance,
  { auth, accounts }: { auth: AuthService; accounts: AccountService },
): void {
  route(app, {
    method: 'GET',
    path: '/auth/setup',
    tag: 'auth',
    operationId: 'getSetup',
    summary: 'Whether this installation has an owner, and what a new account needs',
    policy: { public: true },
    response: setupSchema,
    handle: () => accounts.setup(),
  });

  route(app, {
    method: 'GET',
    path: '/auth/me',
    tag: 'auth',
    operationId: 'getMe',
    summary: 'Who you are, and in which organization you act',
    policy: { role: 'viewer' },
    response: meSchema,
    handle: ({ principal }) => auth.me(principal),
  });

  route(app, {
    method: 'PATCH',
    path: '/auth/me',
    tag: 'auth',
    operationId: 'updateMe',
    summary: 'Change your name',
    policy: { role: 'viewer', scope: 'admin' },
    body: updateMeBody,
    response: meSchema,
    async handle({ body, principal, request }) {
      await accounts.rename({ principal, address: request.ip }, body.name);
      return await auth.me(principal);
    },
  });

  route(app, {
    method: 'POST',
    path: '/auth/password',
    tag: 'auth',
    operationId: 'changePassword',
    summary: 'Change your password; all your other sessions end',
    policy: { role: 'viewer', scope: 'admin' },
    body: changePasswordBody,
    response: noContent,
    status: 204,
    handle: ({ body, principal, request, reply }) =>
      limitTries(app, principal, reply, () => accounts.changePassword({ principal, address: request.ip }, body)),
  });
}
